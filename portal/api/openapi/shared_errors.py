"""The errors that several endpoints have in common, as the API's description lists them."""

from collections.abc import Mapping

from portal.api.openapi.errors import REFERENCE, WAIT, Problem, challenge, refusal
from portal.api.openapi.resource_headers import shared_headers
from portal.api.openapi.schemas import Json
from portal.oauth.inbound import MOST_BYTES

RESPONSES = "#/components/responses/"
_FAILED = Problem(
    "server_error",
    "The server failed.",
    "Try again later. If it goes on, report it with the value of `X-Request-Id`.",
    "The server failed.",
)
_BUSY = Problem(
    "temporarily_unavailable",
    "The database cannot be reached or written just now.",
    "Nothing was done: try again after the seconds in `Retry-After`.",
    "Try again in a few seconds.",
)
TOO_MANY_REQUESTS = Problem(
    "too_many_requests",
    "Your app has sent more requests for this user than it may in a minute.",
    "Wait for the seconds in `Retry-After`; the header `RateLimit` says in each answer how many are left.",
    "More than 600 requests in a minute, by this app for this user; wait for the seconds that Retry-After names.",
)
_BEARER = "Begins with `Bearer`; names the error and the address of the resource’s metadata (RFC 9728)."
SHARED: Mapping[str, tuple[str, Json]] = {
    "Unauthorized": (
        "401",
        refusal(
            "No access token, or one that is not good.",
            [
                Problem(
                    "unauthorized",
                    "No access token was sent.",
                    "Send it in the header: `Authorization: Bearer cf_at_…`.",
                    "Send an access token: Authorization: Bearer cf_at_…, in the header and not in the address.",
                ),
                Problem(
                    "invalid_token",
                    "The access token has expired, was revoked, or is mistyped.",
                    "Refresh it once; if that fails, send the user to connect again.",
                    "The access token has expired, was revoked or is mistyped. "
                    "Refresh it, or ask the user to connect again.",
                ),
            ],
            form="Error",
            headers=challenge("Bearer", _BEARER),
        ),
    ),
    "TooManyRequests": (
        "429",
        refusal("Too many requests.", [TOO_MANY_REQUESTS], form="Error", headers=WAIT | shared_headers()),
    ),
    "Failed": (
        "500",
        refusal(
            "The server failed.",
            [
                _FAILED.with_text(
                    "The server failed. Try again; if it keeps happening, quote the reference 5f0c8a1e9b2d4c67."
                )
            ],
            form="Error",
            headers=REFERENCE,
        ),
    ),
    "Busy": (
        "503",
        refusal(
            "The database is busy.",
            [_BUSY.with_text("The database is busy. Try again in a few seconds.")],
            form="Error",
            headers=WAIT,
        ),
    ),
    "UnknownClient": (
        "401",
        refusal(
            "The client could not be authenticated.",
            [
                Problem(
                    "invalid_client",
                    "There is no such client, or its secret is missing, wrong or not wanted.",
                    "The description says which. Copy client ID and secret again from your app’s page.",
                    "The client secret is wrong or was replaced. Use the current one of this client.",
                )
            ],
            headers=challenge("Basic", "Begins with `Basic`."),
        ),
    ),
    "TooLarge": (
        "413",
        refusal(
            "The request is too large.",
            [
                Problem(
                    "invalid_request",
                    f"The body has more than {MOST_BYTES:,} bytes.",
                    "Send only the parameters that are listed here.",
                    f"The request is larger than {MOST_BYTES} bytes.",
                )
            ],
        ),
    ),
    "TooManyFailures": (
        "429",
        refusal(
            "Too many failed attempts.",
            [
                Problem(
                    "temporarily_unavailable",
                    "The client failed to authenticate too often.",
                    "Mend the client ID or secret, and wait for the seconds in `Retry-After`. "
                    "A right secret is never refused for this.",
                    "Too many failed attempts. Wait and try again.",
                )
            ],
            headers=WAIT,
        ),
    ),
    "OAuthFailed": ("500", refusal("The server failed.", [_FAILED], headers=REFERENCE)),
    "OAuthBusy": ("503", refusal("The database is busy.", [_BUSY], headers=WAIT)),
}
"""Responses that several operations have: name, status, response."""


def shared(*names: str) -> dict[str, Json]:
    """Responses of SHARED, by their statuses, to refer to."""
    return {SHARED[name][0]: {"$ref": RESPONSES + name} for name in names}
