"""An operation of the REST API: what it needs, takes and answers, said once for the server and for its description."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from portal.api.envelope import Answer
from portal.api.fields import Fields, check_fields
from portal.api.idempotency import read_once
from portal.api.inputs import read_body, read_query
from portal.api.protection import current_access, refuse_without_scope, refuse_without_token
from portal.api.rate import count_request
from portal.api.versions import version_to_change, with_version
from portal.foundation.compression import compress_own

RECEIPT = ("id", "version", "created_at", "updated_at")
"""What an app that may write and not read is told of what it has written: others may have written into it too."""
Headers: TypeAlias = Mapping[str, str]
Shown: TypeAlias = BaseModel | tuple[BaseModel, Headers] | tuple[BaseModel, Headers, int] | Response | None
"""What a view gives back: its answer, with headers and another status than usual if it has any; a response that is
sent as it is; or None for an answer without a body."""


@dataclass(frozen=True)
class Needs:
    """What an operation needs, takes and answers; see `operation`."""

    scopes: tuple[str, ...]
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int
    once: bool
    versioned: bool
    execution: bool
    stream: bool
    shows: str

    def shown(self, scope: frozenset[str], version: int | None) -> dict[str, set[str]] | None:
        """What of its answer a token with this scope may see; None for all of it.

        Args:
            version: of what is answered. What was just made is known to whoever sent it.
        """
        just_made = self.status == 201 and version == 1
        return None if not self.shows or self.shows in scope or just_made else {"data": set(RECEIPT)}


class Operation:
    """A view for Flask: lets in who may, reads what the view takes, and writes what it gives back.

    The view's name is the operation's id, its docstring the words for it: a first line, then whatever else there is
    to say to those who call it.
    """

    __name__: str

    def __init__(self, view: Callable[..., Shown], needs: Needs) -> None:
        self.needs = needs
        self._view = view
        functools.update_wrapper(self, view)

    def __call__(self, **address: str) -> ResponseReturnValue:
        """Answer a request.

        Args:
            address: what the address names, by the names in its rule.
        """
        if refusal := refuse_without_token():
            return refusal
        count_request(current_access(), execution=self.needs.execution)
        if refusal := refuse_without_scope(self.needs.scopes):
            return refusal
        return self._write(self._view(**address, **self._taken()))

    def _taken(self) -> dict[str, object]:
        needs = self.needs
        taken: dict[str, object] = {}
        if needs.query:
            query = taken["query"] = read_query(needs.query)
            if isinstance(query, Fields) and needs.answer:
                check_fields(query, needs.answer)
        if needs.body:
            taken["body"] = read_body(needs.body)
        if needs.once:
            taken["once"] = read_once()
        if needs.versioned and request.method not in {"GET", "HEAD"}:
            taken["version"] = version_to_change()
        return taken

    def _write(self, shown: Shown) -> ResponseReturnValue:
        if shown is None:
            return "", self.needs.status
        if isinstance(shown, Response):
            return shown
        answer, headers, *other = shown if isinstance(shown, tuple) else (shown, {})
        (status,) = other or [self.needs.status]
        version = answer.version() if isinstance(answer, Answer) else None
        text = answer.model_dump_json(include=self.needs.shown(current_access().scope, version))
        response = compress_own(Response(text, status, headers, mimetype="application/json"))
        # No ETag of PUT: what is kept is not what was sent to the byte (RFC 9110 §9.3.4).
        if version is None or not self.needs.versioned or request.method == "PUT":
            return response
        return with_version(response, version)


def operation(
    scope: str | tuple[str, ...],
    *,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    answer: type[BaseModel] | None = None,
    status: int = 200,
    once: bool = False,
    versioned: bool = False,
    execution: bool = False,
    stream: bool = False,
    shows: str = "",
) -> Callable[[Callable[..., Shown]], Operation]:
    """Make a view an operation.

    Args:
        scope: what the access token must include; of several any one.
        query: the form of its query; the view takes it as `query`. With one that is `Fields`, the view gives it to
            `Answer.of` or `AnswerPage.of`.
        body: the form of its JSON body; the view takes it as `body`.
        answer: the form of its answer.
        status: the HTTP status of its answer.
        once: whether it takes the header Idempotency-Key; the view takes it as `once`, None without one.
        versioned: whether what it reads or changes has versions. A view that changes something takes the one of
            If-Match as `version`, None without one; answers are made with `Answer.of(row)` and carry an ETag.
        execution: whether it runs something: fewer of those are allowed, and how long to wait is said by Prefer.
        stream: whether its view answers with server-sent events.
        shows: the scope that it takes to see the whole of what was written; without it, the answer is a receipt.
    """
    scopes = (scope,) if isinstance(scope, str) else scope

    def decorate(view: Callable[..., Shown]) -> Operation:
        return Operation(view, Needs(scopes, query, body, answer, status, once, versioned, execution, stream, shows))

    return decorate
