"""PUBLIC_URL as callers find it: the certificate, and what the proxies in front make of a caller's address."""

import http.client
import json
import socket
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.config import Settings
from portal.foundation import clock
from portal.operations.doctor.findings import Finding, ok, problem, warning
from portal.operations.doctor.probe import HEADER, PATH, new_pass
from portal.operations.terminal import count

_SECONDS = 4
_DAY = 86400
SOON_DAYS, VERY_SOON_DAYS = 14, 3
FORGED = "203.0.113.77"
"""An address that nobody has (RFC 5737): what a caller claims who wants another's rate limits."""


def look_at_tls(settings: Settings) -> Iterable[Finding]:
    """Whether the certificate of PUBLIC_URL is good, for how long, and with which protocol it is served."""
    if not settings.https:
        yield ok("PUBLIC_URL is http, of this machine alone: no TLS")
        return
    host, port = _place(settings)
    try:
        with (
            socket.create_connection((host, port), _SECONDS) as connection,
            ssl.create_default_context().wrap_socket(connection, server_hostname=host) as channel,
        ):
            certificate, protocol = channel.getpeercert() or {}, channel.version()
    except ssl.SSLCertVerificationError as error:
        cure = f"renew it, for {host}, with the certificates in between; SSL_CERT_FILE trusts one of your own"
        yield problem(f"the certificate of {host}:{port} is not good: {error.verify_message}", cure)
        return
    except ssl.SSLError as error:
        yield problem(f"{host}:{port} does not speak TLS with us: {error.reason}", "offer TLS 1.2 and 1.3 there")
        return
    except OSError as error:
        yield _unreachable(host, port, error)
        return
    left = (ssl.cert_time_to_seconds(str(certificate["notAfter"])) - clock.now()) // _DAY
    told = f"the certificate of {host} is good for {count(left, 'more day')}, over {protocol}"
    cure = "renew it; most ways to do so renew by themselves 30 days before: see why this one has not"
    if left < SOON_DAYS:
        yield problem(told, cure) if left < VERY_SOON_DAYS else warning(told, cure)
    else:
        yield ok(told)


@dataclass(frozen=True)
class Arrived:
    """What the server saw of a request that claimed to come from FORGED."""

    caller: str
    """Whom it takes the caller for."""
    forwarded: list[str]
    """The addresses of X-Forwarded-For, as they arrived."""
    trusted: int
    """Its TRUSTED_PROXIES."""


def look_at_proxies(settings: Settings) -> Iterable[Finding]:
    """Ask PUBLIC_URL who we are while claiming to be somebody else, and see whether it believes that."""
    host, port = _place(settings)
    try:
        status, body = _ask(settings, host, port)
    except (OSError, http.client.HTTPException) as error:
        yield _unreachable(host, port, error)
        return
    try:
        answer = json.loads(body)
        arrived = Arrived(answer["caller"], answer["forwarded"], answer["trusted"])
    except (ValueError, KeyError, TypeError):
        cure = "let PUBLIC_URL lead to this release, with the same SECRET_KEY on every node and for this command"
        yield problem(f"{settings.issuer}{PATH} answers {status}, not as this portal does", cure)
        return
    yield from _judge(arrived)


def _judge(arrived: Arrived) -> Iterator[Finding]:
    """RFC 7239 §5.2 in practice: each proxy adds whom it heard, and what callers sent comes before that."""
    added = [address for address in arrived.forwarded if address != FORGED]
    if arrived.caller == FORGED:
        yield problem(
            f"callers can choose their address: with TRUSTED_PROXIES={arrived.trusted}, X-Forwarded-For was believed",
            f"set TRUSTED_PROXIES={len(added)}, and have the proxy set X-Forwarded-For"
            if added
            else "set TRUSTED_PROXIES=0 where no proxy is in front; else have the proxy set X-Forwarded-For",
        )
    elif len(added) > arrived.trusted:
        yield problem(
            f"{len(added)} proxies add to X-Forwarded-For, and TRUSTED_PROXIES={arrived.trusted}: "
            "callers share an address",
            f"set TRUSTED_PROXIES={len(added)}",
        )
    elif len(arrived.forwarded) < arrived.trusted:
        yield problem(
            f"{len(arrived.forwarded)} addresses arrive in X-Forwarded-For, and TRUSTED_PROXIES={arrived.trusted}: "
            "none of them is believed, and callers share an address",
            f"set TRUSTED_PROXIES={len(arrived.forwarded)}, or have every proxy add to X-Forwarded-For",
        )
    else:
        proxies = f"behind {arrived.trusted} of them" if arrived.trusted else "with none of them"
        yield ok(f"{proxies}, a forged X-Forwarded-For is not believed")


def _ask(settings: Settings, host: str, port: int) -> tuple[int, bytes]:
    if settings.https:
        # Whether the certificate is good is the other check's to say.
        context = ssl._create_unverified_context()  # noqa: S323
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", PATH, headers={HEADER: new_pass(), "X-Forwarded-For": FORGED})
        answer = connection.getresponse()
        return answer.status, answer.read(10_000)
    finally:
        connection.close()


def _place(settings: Settings) -> tuple[str, int]:
    parts = urlsplit(settings.issuer)
    return parts.hostname or "", parts.port or (443 if settings.https else 80)


def _unreachable(host: str, port: int, error: Exception) -> Finding:
    reason = getattr(error, "strerror", None) or type(error).__name__
    cure = "start server and proxy, and look again; or this machine does not reach its own public address"
    return warning(f"{host}:{port} cannot be reached from here: {reason}", cure)
