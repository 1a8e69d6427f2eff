"""The settings of what people keep here: how much of it, what generates from it, and who runs it."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ContentSettings(BaseSettings):
    """Limits on contexts, skills, tasks and the API, the generator, and the workers."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, use_attribute_docstrings=True, extra="ignore")

    most_context_bytes: int = Field(default=1_000_000, ge=1_000, le=10_000_000)
    """How large the text of one context may be, in bytes of UTF-8."""
    most_contexts: int = Field(default=10_000, ge=1)
    """How many contexts one user may have."""
    most_skills: int = Field(default=1_000, ge=1)
    """How many skills one user may have."""
    most_tasks: int = Field(default=1_000, ge=1)
    """How many tasks one user may have."""
    api_requests_per_minute: int = Field(default=600, ge=1)
    """How many requests one app may send to the REST API for one user, in a minute."""
    executions_per_minute: int = Field(default=60, ge=1)
    """How many of them may run a skill or a task."""
    generator: Literal["local", "openai"] = "local"
    """What skills generate with: `local` gives back the rendered document itself, with no model and no network;
    `openai` asks a model at any endpoint that speaks OpenAI's chat completions."""
    generator_url: str = Field(default="", validate_default=True)
    """With GENERATOR=openai: the endpoint's base address, such as `https://llm.example/v1`."""
    generator_model: str = Field(default="", validate_default=True)
    """With GENERATOR=openai: the model's name."""
    generator_key: str = Field(default="", repr=False)
    """With GENERATOR=openai: the endpoint's API key; may be empty."""
    generator_seconds: int = Field(default=120, ge=1, le=3600)
    """How long one generation may take in all, in seconds."""
    worker: Literal["inside", "apart"] = "inside"
    """Who carries out runs: `inside`, the server starts a worker beside itself; `apart`, `flask --app app worker`
    does, on this machine or another."""
    worker_threads: int = Field(default=4, ge=1, le=64)
    """How many runs one worker carries out at once."""
    runs_at_once: int = Field(default=2, ge=1)
    """How many runs of one user are carried out at once; more wait."""
    most_waiting_runs: int = Field(default=100, ge=1)
    """How many unfinished runs one user may have."""
    most_runs: int = Field(default=1_000, ge=1)
    """How many finished runs of one user are kept; the oldest go first."""
    run_lease_seconds: int = Field(default=30, ge=1, le=3600)
    """How long after a worker was last heard of another takes its run over, in seconds."""
    run_days: int = Field(default=90, ge=1)
    """How long finished runs are kept, in days."""

    @field_validator("generator_url", "generator_model")
    @classmethod
    def _for_a_model(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("generator") != "openai":
            return value
        if not value:
            raise ValueError("GENERATOR=openai needs it")
        if others.field_name == "generator_url":
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
                raise ValueError(f"{value!r} must be a base address such as https://llm.example/v1")
            return value.rstrip("/")
        return value
