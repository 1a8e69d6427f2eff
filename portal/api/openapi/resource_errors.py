"""The errors of the REST API's operations, as its description has them: which may come follows from what each needs."""

from collections.abc import Iterator
from typing import NamedTuple

from portal.api.contexts import MOST_PAGE_BYTES
from portal.api.openapi.errors import WAIT, Problem, challenge, refusal
from portal.api.openapi.resource_headers import shared_headers
from portal.api.openapi.schemas import Json
from portal.api.openapi.shared_errors import TOO_MANY_REQUESTS, shared
from portal.api.operation import Needs
from portal.api.pagination import Paging
from portal.api.protection import RESOURCE, most_body_bytes
from portal.config import Settings

_WORDS = {
    400: "The request cannot be used as it is.",
    403: "The access token does not go that far.",
    404: "There is no such {kind}.",
    409: "It is not possible as things are.",
    412: "It was changed meanwhile.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The key belongs to another request.",
    429: "Too much at once.",
}
_BAD_QUERY = Problem(
    "invalid_request",
    "A parameter is unknown, repeated, or not within its limits.",
    "The message names it and what it must be.",
    "'page': Given more than once; give it once.",
)
_BAD_BODY = Problem(
    "invalid_request",
    "The body is not JSON; a field is unknown, missing, not within its limits, or names what is not there; or a "
    "header cannot be read.",
    "The message names up to ten of them and what each must be.",
    "'name': Field required.",
)
_BAD_TAG = Problem(
    "invalid_request",
    "`If-Match` names several versions.",
    "Send the ETag of the one that you have read.",
    "'If-Match': Names several versions; send the one that you have read.",
)
_BAD_CURSOR = Problem(
    "invalid_cursor",
    "The cursor is mistyped, or of another list: filters, search or order are not those of the page before.",
    "Send `next_cursor` as it came, with the same parameters; or begin anew.",
    "The cursor is none of this list in this order; send the next_cursor of its last page with the same parameters, or "
    "begin without one.",
)
_PAGE_TOO_LARGE = Problem(
    "page_too_large",
    f"The contents on the page have more than {MOST_PAGE_BYTES:,} bytes together.",
    "Send a lower `limit`, or leave `content` out with `fields`, and read the contents one by one.",
    f"The contents on this page have 23456789 bytes together, more than {MOST_PAGE_BYTES}; send a lower limit, or "
    "fields without content.",
)
_NOT_JSON = Problem(
    "unsupported_media_type",
    "The body was not sent as JSON.",
    "Send the header `Content-Type: application/json`.",
    "Send JSON with Content-Type: application/json, not none.",
)
_CHANGED = Problem(
    "precondition_failed",
    "It is not the version that `If-Match` names: somebody has changed it since you read it.",
    "Read it again, and apply your change to what it is now.",
    "It is not the version that If-Match names; read it again, and apply your change to what it is now.",
)
_NOT_ACTIVE = Problem(
    "not_active",
    "The user has turned it off: its `active` is false.",
    "Ask them to turn it on.",
    "Its owner has turned it off, so nothing was run; ask them to turn it on.",
)
_KEY_USED = Problem(
    "idempotency_key_used",
    "A request with this `Idempotency-Key` was carried out, and what it made was deleted since.",
    "Send a new key to make it again.",
    "A request with this Idempotency-Key was carried out, and what it made was deleted since; send a new key to make "
    "it again.",
)
_KEY_REUSED = Problem(
    "idempotency_key_reused",
    "This `Idempotency-Key` came with another request before.",
    "Send each request with a key of its own.",
    "This Idempotency-Key came with another request before; send each request with a key of its own.",
)


class _Described(NamedTuple):
    needs: Needs
    kind: str
    method: str
    settings: Settings
    of_one: bool


def describe_refusals(needs: Needs, kind: str, method: str, settings: Settings, *, of_one: bool) -> dict[str, Json]:
    """The errors that an operation may answer with, by their statuses.

    Args:
        kind: what there is at its address, such as `contexts`.
        of_one: whether its address names one of them.
    """
    by_status: dict[int, list[Problem]] = {}
    for status, problem in _problems(_Described(needs, kind, method, settings, of_one)):
        by_status.setdefault(status, []).append(problem)
    headers = {
        403: challenge("Bearer", "Begins with `Bearer`; names the scope that is needed."),
        429: WAIT | shared_headers(),
    }
    refusals = {
        str(status): refusal(
            _WORDS[status].format(kind=kind.removesuffix("s")), problems, form="Error", headers=headers.get(status)
        )
        for status, problems in by_status.items()
    }
    every = shared("Unauthorized", "TooManyRequests", "Failed", "Busy") | refusals
    return dict(sorted(every.items()))


def _problems(one: _Described) -> Iterator[tuple[int, Problem]]:
    needs = one.needs
    if needs.body or needs.query:
        yield 400, _BAD_BODY if needs.body else _BAD_QUERY
    elif needs.versioned:
        yield 400, _BAD_TAG
    if needs.query and issubclass(needs.query, Paging):
        yield 400, _BAD_CURSOR
        if one.kind == "contexts":
            yield 400, _PAGE_TOO_LARGE
    yield 403, _insufficient_scope(needs.scopes)
    if one.of_one:
        yield 404, _not_found(one.kind)
    if needs.status == 201:
        yield 409, _too_many(one.kind, one.settings)
    if needs.execution:
        yield 409, _NOT_ACTIVE
        yield 429, TOO_MANY_REQUESTS
        yield 429, _too_many_runs(one.settings.most_waiting_runs)
    if needs.once:
        yield 409, _KEY_USED
        yield 422, _KEY_REUSED
    if needs.versioned and one.method != "GET":
        yield 412, _CHANGED
    if needs.body:
        yield 413, _too_large(most_body_bytes(one.settings))
        if one.kind == "contexts":
            yield 413, _context_too_large(one.settings.most_context_bytes)
        yield 415, _NOT_JSON


def _insufficient_scope(scopes: tuple[str, ...]) -> Problem:
    names = " nor ".join(f"`{scope}`" for scope in scopes)
    if len(scopes) == 1:
        when = f"The access token does not include {names}."
        text = f"The access token does not include the scope {scopes[0]}. Ask the user for it in a new authorization."
    else:
        when = f"The access token includes neither {names}."
        text = (
            f"The access token includes none of the scopes {', '.join(scopes)}. Ask the user for one of them in a new "
            "authorization."
        )
    return Problem("insufficient_scope", when, "Ask the user for it in a new authorization.", text)


def _not_found(kind: str) -> Problem:
    one = kind.removesuffix("s")
    return Problem(
        "not_found",
        f"The user has no {one} with this `id`: it never was, was deleted, or is somebody else’s.",
        "List them to see those that there are.",
        f"The user has no {one} with the id '1'; GET {RESOURCE}/{kind} lists them.",
    )


def _too_many(kind: str, settings: Settings) -> Problem:
    most: int = getattr(settings, f"most_{kind}")
    return Problem(
        f"too_many_{kind}",
        f"The user has {most:,} {kind}, which is as many as one may have.",
        "Delete one first.",
        f"The user has {most} {kind}, which is as many as one may have; delete one first.",
    )


def _too_many_runs(most: int) -> Problem:
    return Problem(
        "too_many_runs",
        f"The user has {most:,} unfinished runs, which is as many as one may have.",
        "Wait until one has finished, or cancel one.",
        f"The user has {most} unfinished runs, which is as many as one may have; wait until one has finished, or "
        "cancel one.",
    )


def _too_large(most: int) -> Problem:
    return Problem(
        "request_entity_too_large",
        f"The body has more than {most:,} bytes.",
        "Send less.",
        f"The body is larger than {most} bytes; send less.",
    )


def _context_too_large(most: int) -> Problem:
    return Problem(
        "context_too_large",
        f"`content` has more than {most:,} bytes in UTF-8.",
        "Send less, or make several contexts of it.",
        f"'content': Has {most + 1} bytes in UTF-8; {most} are possible. Send less.",
    )
