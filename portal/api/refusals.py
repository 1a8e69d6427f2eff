"""What the use cases refuse, as the API answers it: the one place that gives their errors a status, a code, words."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.api.errors import ApiError, refuse
from portal.api.inputs import listed
from portal.content.contexts import ContextTooLarge
from portal.content.faults import Faulty
from portal.content.once import GoneSince, KeyReused
from portal.content.ownership import ChangedMeanwhile, TooMany
from portal.content.runs import NotActive

_LOOK_AGAIN_SECONDS = "10"
"""For runs, of which nobody knows when they finish."""


def register_refusals(blueprint: Blueprint) -> None:
    """Answer the use cases' errors wherever in the blueprint they are raised."""
    for kind, write in _WRITTEN.items():
        blueprint.register_error_handler(kind, _handler(write))


def _handler(write: Callable[[Any], ApiError]) -> Callable[[Any], ResponseReturnValue]:
    return lambda error: refuse(write(error))


def _faulty(error: Faulty) -> ApiError:
    texts = [(fault.path, fault.text.removesuffix(".")) for fault in error.faults]
    return ApiError(400, "invalid_request", listed(texts))


def _changed_meanwhile(_error: ChangedMeanwhile) -> ApiError:
    return ApiError(
        412,
        "precondition_failed",
        "It is not the version that If-Match names; read it again, and apply your change to what it is now.",
    )


def _too_many(error: TooMany) -> ApiError:
    match error.kind:
        case "runs":
            return ApiError(
                429,
                "too_many_runs",
                f"The user has {error.most} unfinished runs, which is as many as one may have; wait until one has "
                "finished, or cancel one.",
                {"Retry-After": _LOOK_AGAIN_SECONDS},
            )
        case "tasks":
            return ApiError(
                409,
                "too_many_tasks",
                f"The user has {error.most} tasks, which is as many as one may have; delete one first.",
            )
        case _:
            return ApiError(
                409,
                "too_many_contexts",
                f"The user has {error.most} contexts, which is as many as one may have; delete one first.",
            )


def _context_too_large(error: ContextTooLarge) -> ApiError:
    return ApiError(
        413, "context_too_large", f"'content': Has {error.size} bytes in UTF-8; {error.most} are possible. Send less."
    )


def _not_active(_error: NotActive) -> ApiError:
    return ApiError(409, "not_active", "Its owner has turned it off, so nothing was run; ask them to turn it on.")


def _key_reused(_error: KeyReused) -> ApiError:
    return ApiError(
        422,
        "idempotency_key_reused",
        "This Idempotency-Key came with another request before; send each request with a key of its own.",
    )


def _gone_since(_error: GoneSince) -> ApiError:
    return ApiError(
        409,
        "idempotency_key_used",
        "A request with this Idempotency-Key was carried out, and what it made was deleted since; send a new key to "
        "make it again.",
    )


_WRITTEN: Mapping[type[Exception], Callable[[Any], ApiError]] = {
    Faulty: _faulty,
    ChangedMeanwhile: _changed_meanwhile,
    TooMany: _too_many,
    ContextTooLarge: _context_too_large,
    NotActive: _not_active,
    KeyReused: _key_reused,
    GoneSince: _gone_since,
}
