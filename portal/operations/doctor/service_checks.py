"""What the portal sends to: the mail server, and the store that nodes share."""

import smtplib
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from sqlalchemy import func, select

from portal.config import Settings, is_loopback
from portal.foundation import clock
from portal.foundation.database import reading
from portal.foundation.limits import current_limiter
from portal.foundation.mail import OutgoingMail
from portal.foundation.mail_transport import UnreachableError, connect, own_domain
from portal.operations.doctor.findings import Finding, ok, problem, warning

_LATE_SECONDS = 900


def look_at_mail(settings: Settings) -> Iterable[Finding]:
    """Whether the mail server lets us in; no letter is sent."""
    if not settings.smtp_url:
        text = f"SMTP_URL is not set: mails are kept in {settings.instance_path / 'mail'}, and nobody receives any"
        yield problem(text, "set SMTP_URL") if settings.production else ok(text)
        return
    parts = urlsplit(settings.smtp_url)
    host, how = parts.hostname or "", {"smtp": "STARTTLS", "smtps": "TLS", "smtp+plain": "no TLS"}[parts.scheme]
    if parts.scheme == "smtp+plain" and not is_loopback(host):
        yield warning(f"SMTP_URL is smtp+plain: mails travel to {host} in the clear", "use smtp:// or smtps://")
    try:
        server = connect(settings.smtp_url, own_domain(settings))
    except UnreachableError as error:
        yield problem(f"the mail server {host} cannot be used: {error}", "check SMTP_URL; see what the server logs")
        return
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()
    yield ok(f"{host} lets us in ({how}{', logged in' if parts.username else ''})")


def look_at_letters(_settings: Settings) -> Iterable[Finding]:
    """Whether letters wait for longer than one that is sent again does."""
    query = select(func.count(), func.min(OutgoingMail.created_at))
    with reading() as session:
        count, oldest = session.execute(query).one()
    age = clock.now() - oldest if oldest is not None else 0
    text = f"{count} in the outbox" + (f", the oldest for {age} s" if count else "")
    cure = "the log says why, after “could not be sent”; they go by themselves once the cause is gone"
    yield warning(text, cure) if age > _LATE_SECONDS else ok(text)


def look_at_redis(_settings: Settings) -> Iterable[Finding]:
    """Whether the store that nodes share answers."""
    limiter = current_limiter()
    if not limiter.shared:
        yield ok("REDIS_URL is not set: each process counts rate limits in its own memory")
    elif fault := limiter.store_fault():
        yield problem(f"the store at REDIS_URL cannot be used: {fault}", "start it, or correct REDIS_URL")
    else:
        yield ok("the store at REDIS_URL answers")
