"""What clients send: JSON bodies, query parameters, ids in addresses. A fault is named with its cure."""

import json
from collections.abc import Sequence
from typing import TypeVar

from flask import request
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic.config import JsonDict
from pydantic_core import ErrorDetails, PydanticCustomError

from portal.api.errors import ApiError, quoted

Model = TypeVar("Model", bound=BaseModel)
Found = TypeVar("Found")

_MOST_FAULTS = 10
_MOST_READ_FAULTS = 10_000
_LARGEST_ID = 2**63 - 1


def _without_nul(text: str) -> str:
    if "\0" in text:  # PostgreSQL cannot store it
        raise PydanticCustomError("nul", "Text cannot hold the NUL character (U+0000); remove it")
    return text


WithoutNul = AfterValidator(_without_nul)
"""For text that both databases can store. Lone surrogates never get past the JSON reader."""
_WHITE = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What stripping takes off (Unicode's White_Space), in the writing of ECMA-262, which JSON Schema's patterns are in."""
_NO_NUL: JsonDict = {"not": {"pattern": r"\u0000"}}
HAS_NO_NUL = Field(json_schema_extra=_NO_NUL)
"""What `WithoutNul` asks, for the API's description."""
HAS_WORDS = Field(json_schema_extra={"pattern": f"[^{_WHITE}]", **_NO_NUL})
"""The same of text that is stripped and then not empty."""


def at_most(most: int) -> BeforeValidator:
    """For objects with names of the client's own: how many there are is seen before each of them is read."""

    def check(value: object) -> object:
        if isinstance(value, dict) and len(value) > most:
            raise PydanticCustomError("too_many", "Should have fewer entries")
        return value

    return BeforeValidator(check)


def read_body(model: type[Model]) -> Model:
    """The JSON body of this request.

    Raises:
        ApiError: 415 if it is not sent as JSON, 400 if it is not JSON or does not fit the model.
    """
    if not request.is_json:
        sent = quoted(request.content_type) if request.content_type else "none"
        raise ApiError(415, "unsupported_media_type", f"Send JSON with Content-Type: application/json, not {sent}.")
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        raise _invalid(model, error) from None


def read_query(model: type[Model]) -> Model:
    """The query parameters of this request.

    Raises:
        ApiError: 400 if one is unknown, repeated or wrong.
    """
    if not request.query_string:
        return model()
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise ApiError(400, "invalid_request", f"{quoted(repeated[0])}: Given more than once; give it once.")
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise _invalid(model, error) from None


def read_id(text: str) -> int:
    """The id in an address; what cannot be an id becomes one that no object has, so it is not found."""
    number = int(text) if text.isdecimal() and len(text) <= len(str(_LARGEST_ID)) else -1
    return number if number <= _LARGEST_ID and str(number) == text else -1


def found(kind: str, text: str, item: Found | None) -> Found:
    """What a use case found under the id that the address names.

    Raises:
        ApiError: 404 if it found nothing, in the same words whether it never was or is somebody else's.
    """
    if item is None:
        raise ApiError(
            404,
            "not_found",
            f"The user has no {kind} with the id {quoted(text)}; GET /api/v1/{kind}s lists them.",
        )
    return item


def _invalid(model: type[BaseModel], error: ValidationError) -> ApiError:
    if (count := error.error_count()) > _MOST_READ_FAULTS:  # each of them would be written out in full
        return ApiError(400, "invalid_request", f"The body has {count} faults; compare its form with the reference.")
    faults = error.errors(include_url=False)
    unknown = any(fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1 for fault in faults)
    known = [f"known are {', '.join(model.model_fields)}"] if unknown else []
    return ApiError(400, "invalid_request", listed([(fault["loc"], _describe(fault)) for fault in faults], *known))


def listed(faults: Sequence[tuple[tuple[int | str, ...], str]], *more: str) -> str:
    """Faults in one message, each with the path to its place in front; no more than ten.

    Args:
        faults: paths, and texts without a full stop.
        more: what else there is to say.
    """
    texts = [_placed(*fault) for fault in faults[:_MOST_FAULTS]]
    if len(faults) > _MOST_FAULTS:
        texts.append(f"and {len(faults) - _MOST_FAULTS} more")
    return "; ".join([*texts, *more]) + "."


def _placed(path: tuple[int | str, ...], text: str) -> str:
    place = ".".join(map(str, path))
    return f"{quoted(place)}: {text}" if place else text


def _describe(fault: ErrorDetails) -> str:
    """What it should be, and what it is."""
    text, sent = fault["msg"], fault["input"]
    match fault["type"]:
        case "json_invalid":
            return text
        case "extra_forbidden":
            text = "Unknown"
        case "string_too_long":
            text += f", not {len(sent)}"
        case "missing" | "nul" | "both":
            pass
        case _:
            text += f", not {quoted(sent if isinstance(sent, str) else json.dumps(sent))}"
    return text
