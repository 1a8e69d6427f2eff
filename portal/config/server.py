"""The settings of the server itself: addresses, database, tokens, registration, mail, processes."""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from portal.foundation.mail_settings import fault_of_sender, fault_of_server


def is_loopback(host: str) -> bool:
    """Whether a host name or address literal stays on this machine (RFC 8252 §7.3, §8.3)."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class ServerSettings(BaseSettings):
    """Where and how the portal runs, and what the authorization server does."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, use_attribute_docstrings=True, extra="ignore")

    public_url: str = ""
    """The address people and clients use, and the OAuth issuer; never taken from the Host header.
    Default: `http://127.0.0.1:PORT`. Anything but a loopback address makes this a production run."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=5000, ge=1, le=65535)
    """The port to listen on."""
    instance_path: Path = Path("instance")
    """The folder for what the portal keeps on disk: the SQLite database and the generated secret key."""
    database_url: str = ""
    """A SQLAlchemy address: `sqlite:///file` or `postgresql://user:password@host/name`.
    Default: `contextfile.sqlite3` in INSTANCE_PATH."""
    secret_key: str = Field(default="", repr=False)
    """Signs session cookies; 32 characters or more. Required in production; otherwise made once and kept in
    INSTANCE_PATH."""
    demo_data: bool = False
    """Fill an empty database with demo accounts (`make run` sets it). Refused in production."""
    access_token_seconds: int = Field(default=3600, ge=1)
    """How long an access token lives, in seconds."""
    refresh_token_seconds: int = Field(default=30 * 86400, ge=1)
    """How long a refresh token lives from its issue, in seconds."""
    refresh_retry_seconds: int = Field(default=10, ge=0, le=300)
    """How long the just replaced refresh token gets the same answer again, in seconds; 0 turns retries off."""
    grant_seconds: int = Field(default=365 * 86400, ge=1)
    """How long one authorization can be refreshed in all, in seconds."""
    code_seconds: int = Field(default=60, ge=1, le=600)
    """How long an authorization code lives, in seconds."""
    session_seconds: int = Field(default=14 * 86400, ge=60)
    """How long somebody stays signed in, in seconds."""
    registration: str = ""
    """Whether apps may register themselves (RFC 7591, 7592): `off`, with a `token`, or `open` to anybody.
    Default: `open` on loopback, `off` in production."""
    registration_token: str = Field(default="", repr=False, validate_default=True)
    """What REGISTRATION=token asks of apps as their initial access token; 32 characters or more, then required."""
    registration_unused_days: int = Field(default=30, ge=1)
    """How long an app that registered itself is kept without anybody allowing it, in days."""
    client_documents: bool = True
    """Whether a client ID may be the https URL of a client ID metadata document, which is then fetched. `off` ends no
    access that was given before."""
    client_documents_loopback: bool = False
    """Also fetch such documents by http and from loopback addresses: for development. Refused in production."""
    most_apps: int = Field(default=50, ge=1)
    """How many apps one developer may have."""
    most_redirect_uris: int = Field(default=20, ge=1, le=100)
    """How many redirect URIs one app may have."""
    most_logo_bytes: int = Field(default=1024 * 1024, ge=1024, le=8 * 1024 * 1024)
    """How large an uploaded logo may be, in bytes."""
    rate_limits: bool = True
    """`off` turns the limits on sign-in, sign-up, mailed links, client authentication, registration, client documents
    and the REST API off (for test suites)."""
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    """How many reverse proxies in front set X-Forwarded-For; 0 trusts none."""
    smtp_url: str = Field(default="", repr=False)
    """The mail server: `smtp://user:password@host` (STARTTLS, port 587), `smtps://…` (TLS, port 465) or
    `smtp+plain://…` (no TLS, port 25: for this machine or a network of your own). Without one, mails are kept in
    INSTANCE_PATH and `/development/mail` lists them; then nobody receives any."""
    mail_from: str = ""
    """The sender of mails, such as `ContextFile <no-reply@id.example>`. Default: no-reply at the host of PUBLIC_URL."""
    audit_days: int = Field(default=365, ge=1)
    """How long the security log is kept, in days; whole IP addresses are shortened to their network after 30."""
    workers: int = Field(default=1, ge=1, le=64)
    """Server processes."""
    threads: int = Field(default=4, ge=1, le=256)
    """Threads in each server process."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""

    @field_validator("public_url")
    @classmethod
    def _issuer_form(cls, value: str) -> str:
        """RFC 8414 §2: an https URL with no query or fragment; http only on loopback."""
        if not value:
            return value
        parts = urlsplit(value)
        host = parts.hostname or ""
        try:
            _ = parts.port
        except ValueError:
            raise ValueError(f"{value!r} has a port that is no number; write it such as https://id.example") from None
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
            raise ValueError(f"{value!r} must begin with https:// (http:// is for loopback addresses only)")
        if not host or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise ValueError(f"{value!r} must be a scheme, a host and at most a port, such as https://id.example")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("secret_key")
    @classmethod
    def _long_key(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError(
                f"has {len(value)} characters; give 32 or more, such as the output of "
                "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return value

    @field_validator("registration")
    @classmethod
    def _known_registration(cls, value: str) -> str:
        if value and value.lower() not in {"off", "token", "open"}:
            raise ValueError(f"{value!r} must be off, token or open")
        return value.lower()

    @field_validator("registration_token")
    @classmethod
    def _long_token(cls, value: str, others: ValidationInfo) -> str:
        if len(value) < 32 and (value or others.data.get("registration") == "token"):
            raise ValueError(f"has {len(value)} characters; REGISTRATION=token needs 32 or more of randomness")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(f"{value!r} must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("smtp_url", "mail_from")
    @classmethod
    def _mail(cls, value: str, which: ValidationInfo) -> str:
        fault_of = fault_of_server if which.field_name == "smtp_url" else fault_of_sender
        if value and (fault := fault_of(value)):
            raise ValueError(fault)
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + value.partition("://")[2]
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError(f"{value.partition('://')[0]!r} is not known; use sqlite:///file or postgresql://…")
        return value

    @property
    def issuer(self) -> str:
        """The issuer identifier (RFC 8414 §2)."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def production(self) -> bool:
        """Whether anybody but this machine's own users can reach the portal."""
        return not (is_loopback(urlsplit(self.issuer).hostname or "") and is_loopback(self.host))

    @property
    def registration_mode(self) -> str:
        """Whether apps may register themselves: `off`, `token` or `open`."""
        return self.registration or ("off" if self.production else "open")

    @property
    def https(self) -> bool:
        """Whether browsers reach the portal by TLS."""
        return self.issuer.startswith("https://")
