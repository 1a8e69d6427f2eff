"""The settings: read once from the environment, checked, frozen.

Owns every setting's name, default and meaning. Knows nothing of the database or of any room.
"""

from urllib.parse import urlsplit

from flask import current_app
from pydantic import ValidationError

from portal.config.content import ContentSettings
from portal.config.operations import OperationsSettings
from portal.config.server import ServerSettings, is_loopback
from portal.foundation.kept_secret import kept_secret

__all__ = ["Settings", "SettingsError", "current_settings", "is_loopback", "load_settings"]


class SettingsError(SystemExit):
    """A setting is wrong; the message names it and the cure. Raised at start, so it ends the process."""


class Settings(OperationsSettings, ContentSettings, ServerSettings):
    """What the environment says. A value that is set but empty counts as not set."""


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: with one line for each setting that is wrong, naming it and the cure.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [
            f"{str(fault['loc'][0]).upper()}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()
        ]
        raise SettingsError("The settings are not usable:\n  " + "\n  ".join(lines)) from None
    if settings.production:
        _require_for_production(settings)
    instance = settings.instance_path.absolute()
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret_key = settings.secret_key or kept_secret(instance / "secret_key")
    except OSError as error:
        raise SettingsError(
            f"INSTANCE_PATH: {instance} cannot be used ({error.strerror}); name a folder you can write to"
        ) from None
    return settings.model_copy(
        update={
            "instance_path": instance,
            "secret_key": secret_key,
            "database_url": settings.database_url or f"sqlite:///{instance / 'contextfile.sqlite3'}",
        }
    )


def current_settings() -> Settings:
    """The settings of the application that serves this request or command."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _require_for_production(settings: Settings) -> None:
    faults = []
    if not settings.public_url or is_loopback(urlsplit(settings.public_url).hostname or ""):
        faults.append(
            f"PUBLIC_URL: required because HOST={settings.host} is not loopback; set the https:// address people use"
        )
    if not settings.secret_key:
        faults.append(
            "SECRET_KEY: required in production; set 32 characters or more of randomness, the same on every node"
        )
    if settings.demo_data:
        faults.append("DEMO_DATA: demo accounts have a published password; turn it off in production")
    if settings.client_documents_loopback:
        faults.append(
            "CLIENT_DOCUMENTS_LOOPBACK: strangers could reach this machine's own services; turn it off in production"
        )
    if faults:
        raise SettingsError("This is a production run, and the settings are not usable:\n  " + "\n  ".join(faults))
