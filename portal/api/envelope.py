"""The form of every successful answer: `data`, on lists `meta` too; ids as strings, times in ISO 8601."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from portal.api.pagination import Paging

Fields = Mapping[str, Any]


def answer(data: Fields, status: int = 200, headers: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """One object."""
    return jsonify(data=data), status, dict(headers or {})


def answer_page(items: Sequence[Fields], total: int, paging: Paging) -> ResponseReturnValue:
    """One page of a list of `total` objects."""
    return jsonify(data=items, meta={"total": total, "page": paging.page, "limit": paging.limit})


def id_text(number: int) -> str:
    """An id as JSON shows it: 63 bits do not fit the integers of JavaScript (RFC 8259 §6)."""
    return str(number)


def time_text(seconds: int) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, such as `2026-01-31T09:30:00Z` (RFC 3339)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
