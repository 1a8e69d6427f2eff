"""The headers of the REST API's requests and answers, as its description has them."""

from collections.abc import Mapping

from portal.api.openapi.schemas import Json
from portal.api.operation import Needs

_HEADERS = "#/components/headers/"
SHARED_HEADERS: Mapping[str, Json] = {
    "RateLimit-Policy": {
        "description": "How many requests your app may send for this user, and in how many seconds; for what runs "
        "something, how many executions too. Left out where nothing is limited.",
        "schema": {"type": "string", "examples": ['"requests";q=600;w=60']},
    },
    "RateLimit": {
        "description": "How many of them are left, and in how many seconds they are all there again.",
        "schema": {"type": "string", "examples": ['"requests";r=599;t=42']},
    },
    "X-Request-Id": {
        "description": "Names this request; quote it when you report a failure.",
        "required": True,
        "schema": {"type": "string"},
    },
}
"""Those that every answer has."""
LOCATION: Json = {
    "Location": {
        "description": "Its address, as a path on this server.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
    }
}
APPLIED: Json = {
    "Preference-Applied": {
        "description": "What of `Prefer` was followed.",
        "schema": {"type": "string", "examples": ["wait=10"]},
    }
}
ETAG: Json = {
    "ETag": {
        "description": "The version, in quotes. Send it back in `If-Match` or `If-None-Match`.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]*(-gzip)?"$'},
    }
}


def shared_headers() -> Json:
    """The headers of SHARED_HEADERS, to refer to."""
    return {name: {"$ref": _HEADERS + name} for name in SHARED_HEADERS}


def headers_of_request(needs: Needs, method: str) -> list[Json]:
    """The headers that an operation reads, as parameters."""
    parameters = []
    if needs.once:
        parameters.append(
            _parameter(
                "Idempotency-Key",
                "A value of your own for this request, such as a UUID. Sent again with the same key within a day, the "
                "request does nothing again, and answers with what it made.",
                {"type": "string", "pattern": "^[!-~]{1,255}$", "examples": ["8e03978e-40d5-43e8-bc93-6894a57f9324"]},
            )
        )
    if needs.versioned and method == "GET":
        parameters.append(
            _parameter(
                "If-None-Match",
                "The ETag of what you have: answered with 304 if it is still the same.",
                {"type": "string", "examples": ['"3"']},
            )
        )
    elif needs.versioned:
        parameters.append(
            _parameter(
                "If-Match",
                "The ETag of what you have read: refused with 412 if it was changed since, so that no change is lost.",
                {"type": "string", "pattern": r'^("[1-9][0-9]{0,9}(-gzip)?"|\*)$', "examples": ['"3"']},
            )
        )
    if needs.execution:
        parameters.append(
            _parameter(
                "Prefer",
                "How many seconds to wait for the end of the run, such as `wait=10`; or `respond-async` (RFC 7240).",
                {"type": "string", "examples": ["wait=10"]},
            )
        )
    if needs.stream:
        parameters.append(
            _parameter(
                "Last-Event-ID",
                "The `id` of the last event that you have: the stream goes on from there.",
                {"type": "string", "examples": ["7"]},
            )
        )
    return parameters


def _parameter(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}
