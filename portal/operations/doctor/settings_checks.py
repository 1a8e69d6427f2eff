"""Settings that are allowed, each by itself, and risky where this portal is: most of them in a production run only."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from portal.config import Settings, is_loopback
from portal.operations.doctor.findings import Finding, ok, problem, warning
from portal.operations.terminal import count

_FEW_CHARACTERS = 10
_DAY = 86400


def look_at_settings(settings: Settings) -> Iterable[Finding]:
    """Every rule that finds something, in the order of their weight."""
    run = "a production run" if settings.production else "for this machine's own users"
    yield ok(f"{run} at {settings.issuer}, {settings.workers} × {settings.threads} threads")
    if settings.production:
        yield from _in_production(settings)
    yield from _keys(settings)
    yield from _lifetimes(settings)
    if settings.generator == "openai":
        yield from _generator(settings)


def _in_production(settings: Settings) -> Iterator[Finding]:
    if not settings.rate_limits:
        yield problem("RATE_LIMITS=off: passwords can be guessed without a limit", "leave RATE_LIMITS out")
    if settings.trusted_proxies == 0:
        # The server speaks no TLS itself, so somebody in front must.
        yield problem(
            "TRUSTED_PROXIES=0, though a proxy must terminate TLS: all callers share its address, and so its limits",
            "set TRUSTED_PROXIES to the number of proxies in front, usually 1",
        )
    if settings.registration_mode == "open":
        yield warning("REGISTRATION=open: any program may register an app", "set REGISTRATION=token, or off")
    if settings.log_level == "DEBUG":
        yield warning("LOG_LEVEL=DEBUG: the log grows fast", "set LOG_LEVEL=INFO")
    if settings.workers > 1 and not getattr(settings, "redis_url", ""):
        yield warning(
            f"WORKERS={settings.workers} without REDIS_URL: each process counts rate limits by itself",
            "set REDIS_URL, or take the limits times the number of processes",
        )


def _keys(settings: Settings) -> Iterator[Finding]:
    if len(set(settings.secret_key)) < _FEW_CHARACTERS:
        yield problem(
            "SECRET_KEY has few different characters, so it can be guessed",
            "make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    if settings.secret_key in settings.earlier_secret_keys:
        yield problem("SECRET_KEY_FALLBACKS holds SECRET_KEY itself: nothing is changed", "set a new SECRET_KEY")
    elif settings.earlier_secret_keys:
        days = -(-settings.session_seconds // _DAY)
        yield warning(
            f"SECRET_KEY_FALLBACKS is set: {count(len(settings.earlier_secret_keys), 'earlier key')} still accepted",
            f"take it out {count(days, 'day')} after every node signs with the new key",
        )


def _lifetimes(settings: Settings) -> Iterator[Finding]:
    if settings.access_token_seconds > _DAY:
        yield warning(
            f"ACCESS_TOKEN_SECONDS={settings.access_token_seconds}: whoever finds an access token has it that long",
            "keep it at an hour; apps refresh by themselves",
        )
    if settings.refresh_token_seconds > settings.grant_seconds:
        yield warning(
            f"REFRESH_TOKEN_SECONDS={settings.refresh_token_seconds} is more than GRANT_SECONDS="
            f"{settings.grant_seconds}, which ends refresh tokens first",
            "raise GRANT_SECONDS, or lower REFRESH_TOKEN_SECONDS",
        )


def _generator(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.generator_url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        yield warning("GENERATOR_URL is http: people's texts and GENERATOR_KEY travel in the clear", "use https")
