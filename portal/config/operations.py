"""The settings of those who operate the portal: nodes, observation, upkeep."""

import json

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from portal.foundation.store_settings import fault_of_store


class OperationsSettings(BaseSettings):
    """What several nodes share, what is observed, and how long what is dead is kept."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, use_attribute_docstrings=True, extra="ignore")

    database_seconds: int = Field(default=30, ge=1, le=3600)
    """How long one statement may take on PostgreSQL, in seconds; migrations may take longer."""
    redis_url: str = Field(default="", repr=False)
    """Valkey or Redis, in which all processes and nodes count rate limits together: `redis://user:password@host:6379/0`,
    with TLS `rediss://…`; `valkey://…` and `valkeys://…` are the same. Without it, and while it does not answer, each
    process counts for itself."""
    drain_seconds: int = Field(default=0, ge=0, le=600)
    """How long a server that is told to stop (SIGTERM) goes on answering, in seconds, while `/readyz` says 503 and
    proxies turn to other nodes. With HAProxy as in the example: 5."""
    ended_access_days: int = Field(default=90, ge=90)
    """How long an app's access that has ended (revoked, expired or never taken up) is kept, in days: so far back do an
    app's charts go, and so long is a token of it that comes back known to be an old one."""
    log_format: str = "text"
    """How each line of the log is written: `text`, or `json`, an object a line for programs that collect logs."""
    access_log: bool = False
    """Log a line for each request: method, endpoint, status, milliseconds and bytes. No address, path or parameter."""
    metrics_token: str = Field(default="", repr=False)
    """What `/metrics` asks of Prometheus as a bearer token; 32 characters or more. Without one, only programs of this
    machine may read it, and nobody in production or behind a proxy."""

    @field_validator("redis_url")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if value and (fault := fault_of_store(value)):
            raise ValueError(fault)
        return value

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value.lower() not in {"text", "json"}:
            raise ValueError(f"{value!r} must be text or json")
        return value.lower()

    @field_validator("metrics_token")
    @classmethod
    def _long_metrics_token(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError(f"has {len(value)} characters; give 32 or more of randomness")
        return value

    secret_key_fallbacks: str = Field(default="", repr=False)
    """While SECRET_KEY is changed: the earlier key (several as a JSON list), which is still accepted and signs nothing
    more. Take it out when SESSION_SECONDS have passed: no session that it signed is left then."""

    @field_validator("secret_key_fallbacks")
    @classmethod
    def _long_keys(cls, value: str) -> str:
        for number, key in enumerate(_keys_in(value), start=1):
            if len(key) < 32:
                raise ValueError(
                    f"key {number} has {len(key)} characters; give an earlier SECRET_KEY whole, 32 or more"
                )
        return value

    @property
    def earlier_secret_keys(self) -> list[str]:
        """What SECRET_KEY was before, and is still accepted."""
        return _keys_in(self.secret_key_fallbacks)


def _keys_in(value: str) -> list[str]:
    """One key as it stands, which may hold any sign, or a JSON list of several."""
    if not value.startswith("["):
        return [value] if value else []
    try:
        keys = json.loads(value)
    except ValueError:
        keys = None
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ValueError('begins with [ but is no JSON list of texts; write one key, or ["one", "another"]')
    return keys
