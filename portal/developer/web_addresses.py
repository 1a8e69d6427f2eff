"""The addresses of an app's own pages: people will be offered them as links."""

from urllib.parse import urlsplit

from wtforms import Field, Form
from wtforms.validators import ValidationError

from portal.config import is_loopback


def is_web_address(address: str) -> bool:
    """Whether it is https, or http to one's own machine, and names its host plainly."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return bool(host) and "@" not in parts.netloc and (parts.scheme == "https" or _is_local(parts.scheme, host))


def _is_local(scheme: str, host: str) -> bool:
    return scheme == "http" and is_loopback(host)


def web_address(_form: Form, field: Field) -> None:
    """Refuse anything else; an empty field is left to other rules."""
    if field.data and not is_web_address(field.data):
        raise ValidationError(f"“{field.data}” must be a web address that begins with https://.")
