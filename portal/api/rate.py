"""Rate limits of the REST API, per app and user (draft-ietf-httpapi-ratelimit-headers, RFC 6585 §4)."""

from flask import Blueprint, Response, g

from portal.api.errors import ApiError
from portal.config import current_settings
from portal.foundation.limits import Spent, current_limiter
from portal.oauth.bearer import Access

_WINDOW = 60
"""Seconds."""


def count_request(access: Access, *, execution: bool) -> None:
    """Count a request against what its app may send for its user.

    Args:
        execution: whether it runs something, of which fewer are allowed.

    Raises:
        ApiError: 429 if it is one too many.
    """
    limiter, settings = current_limiter(), current_settings()
    if not limiter.enabled:
        return
    g.api_quotas = quotas = {}
    allowed = {"requests": settings.api_requests_per_minute}
    if execution:
        allowed["executions"] = settings.executions_per_minute
    for name, most in allowed.items():
        spent = limiter.spend(most, _WINDOW, "api", name, str(access.client_key), str(access.user_id))
        quotas[name] = most, spent
        if spent.too_much:
            raise ApiError(
                429,
                "too_many_requests",
                f"More than {most} {name} in a minute, by this app for this user; wait for the seconds that "
                "Retry-After names.",
                {"Retry-After": str(spent.seconds_left)},
            )


def add_rate_headers(blueprint: Blueprint) -> None:
    """Say in each answer to a request that was counted what is left."""

    @blueprint.after_request
    def add(response: Response) -> Response:
        quotas: dict[str, tuple[int, Spent]] = g.get("api_quotas", {})
        if quotas:
            policies = [f'"{name}";q={most};w={_WINDOW}' for name, (most, _) in quotas.items()]
            left = [f'"{name}";r={spent.left};t={spent.seconds_left}' for name, (_, spent) in quotas.items()]
            response.headers["RateLimit-Policy"] = ", ".join(policies)
            response.headers["RateLimit"] = ", ".join(left)
        return response
