"""How a message leaves: by SMTP, or into a folder that a developer can read. Knows no letter."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from secrets import token_hex
from urllib.parse import unquote, urlsplit

from portal.config import Settings
from portal.foundation import clock
from portal.foundation.mail_settings import SCHEMES

SECONDS = 10
"""How long one step of the conversation with a server may take."""
KEPT_MAILS = 200
"""How many the folder holds; older ones go."""
_numbers = count(1)
"""Of this process's mails: several may be kept in one second."""
Send = Callable[[EmailMessage], None]


class RefusedError(Exception):
    """This message will never be taken."""


class UnreachableError(Exception):
    """No message can be sent now: there is no server, or it does not let us in."""


class PostponedError(Exception):
    """This message is not taken now."""


def transport_of(settings: Settings) -> Send:
    """What sends a message: an SMTP server if one is set, else the folder."""
    if not settings.smtp_url:
        folder = mail_folder(settings)
        return lambda message: _keep(message, folder)
    url, host = settings.smtp_url, own_domain(settings)
    return lambda message: _send(message, url, host)


def own_domain(settings: Settings) -> str:
    """Our host as mail servers write it: an IP address is in brackets (RFC 5321 §4.1.3)."""
    host = urlsplit(settings.issuer).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host


def mail_folder(settings: Settings) -> Path:
    """Where mails are kept that no server takes."""
    return settings.instance_path / "mail"


def _keep(message: EmailMessage, folder: Path) -> None:
    """One file, complete from the moment that it has its name; only its owner reads it. Names sort by time."""
    name = f"{clock.now():012}-{next(_numbers):06}-{token_hex(8)}"
    draft = folder / f"{name}.draft"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.touch(mode=0o600)
        draft.write_bytes(message.as_bytes(policy=policy.SMTP))
        draft.rename(folder / f"{name}.eml")
    except OSError as error:
        raise UnreachableError(f"{folder}: {error.strerror}") from error
    for old in sorted(folder.glob("*.eml"))[:-KEPT_MAILS]:
        old.unlink(missing_ok=True)


def _send(message: EmailMessage, url: str, own_host: str) -> None:
    """Hand a message to the server.

    Args:
        own_host: how we introduce ourselves; left to `smtplib`, each mail would ask the DNS who we are.

    Raises:
        UnreachableError: the server cannot be reached, not safely, or does not know us.
        PostponedError: it does not take the message now.
        RefusedError: it never will (RFC 5321 §4.2.1, a reply of 5yz to the message itself).
    """
    server = connect(url, own_host)
    try:
        server.send_message(message)
    except smtplib.SMTPNotSupportedError:
        raise RefusedError("the address is not in ASCII, and the server does not offer SMTPUTF8") from None
    except (OSError, smtplib.SMTPException) as error:
        codes = _codes(error)
        of_message = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
        if of_message and codes and min(codes) >= 500:
            raise RefusedError(_describe(error)) from None
        raise PostponedError(_describe(error)) from None
    finally:
        with suppress(OSError, smtplib.SMTPException):  # taken or not, that is said
            server.quit()
        server.close()


def connect(url: str, own_host: str) -> smtplib.SMTP:
    """A server that lets us in: greeted, over TLS where the address says so, logged in where it names a user.

    Args:
        own_host: how we introduce ourselves.

    Raises:
        UnreachableError: it cannot be reached, not safely, or does not know us.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or SCHEMES[parts.scheme]
    server: smtplib.SMTP | None = None
    try:
        if parts.scheme == "smtps":
            tls = ssl.create_default_context()
            server = smtplib.SMTP_SSL(host, port, own_host, timeout=SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port, own_host, timeout=SECONDS)
        if parts.scheme == "smtp":
            server.starttls(context=ssl.create_default_context())  # raises if it is not offered (RFC 8314 §3)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except (OSError, smtplib.SMTPException) as error:
        if server:
            server.close()
        raise UnreachableError(_describe(error)) from None
    return server


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _describe(error: Exception) -> str:
    """An error for the log. What a server says is left out: it may quote the address, or the password."""
    words = " ".join(map(str, _codes(error))) or f"{error}"
    return f"{type(error).__name__}: {words}"
