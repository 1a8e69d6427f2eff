"""The settings of those who operate the portal: nodes, observation, upkeep."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class OperationsSettings(BaseSettings):
    """What several nodes share, what is observed, and how long what is dead is kept."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, use_attribute_docstrings=True, extra="ignore")
