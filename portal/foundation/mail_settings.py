"""What the settings of mail may look like. Knows no settings and sends nothing."""

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

SCHEMES = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
"""The usual port by scheme: STARTTLS is required, TLS from the first byte, no TLS at all."""
_ESCAPED = "write / : @ ? # [ ] % in a password as %2F %3A %40 %3F %23 %5B %5D %25"


def fault_of_server(url: str) -> str | None:
    """What is wrong with a mail server's address, without repeating it: a password is in it. None if nothing is."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        return f"has a host or port that cannot be read; {_ESCAPED}"
    if not good or parts.path.strip("/") or parts.query or parts.fragment:
        return (
            "must be smtp://, smtps:// or smtp+plain://, at most a user and a password, a host and at most a port, "
            f"such as smtps://user:password@mail.example; {_ESCAPED}"
        )
    credentials = unquote(f"{parts.username or ''}{parts.password or ''}")
    if not (credentials.isascii() and credentials.isprintable()):
        return "has a user or password with characters that mail servers do not take; use ASCII letters, digits, signs"
    return None


def fault_of_sender(sender: str) -> str | None:
    """What is wrong with the sender of mails; None if nothing is."""
    message = EmailMessage()
    try:
        message["From"] = sender
    except (ValueError, IndexError):  # a line break; on nothing but spaces the parser of some Pythons fails
        addresses, defects = (), ("unreadable",)
    else:
        addresses, defects = message["From"].addresses, message["From"].defects
    if len(addresses) == 1 and not defects and addresses[0].domain and sender.isprintable():
        return None
    return f"{sender!r} must be one address, such as ContextFile <no-reply@id.example>"
