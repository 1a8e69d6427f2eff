"""An operation of the REST API: what it needs, takes and answers, said once for the server and for its description."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from portal.api.inputs import read_body, read_query
from portal.api.protection import refuse_without_scope

Shown: TypeAlias = BaseModel | tuple[BaseModel, Mapping[str, str]] | None
"""What a view gives back: its answer, with headers if it has any; None for an answer without a body."""


@dataclass(frozen=True)
class Needs:
    """What an operation needs, takes and answers."""

    scope: str
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int


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
        if refusal := refuse_without_scope(self.needs.scope):
            return refusal
        taken: dict[str, object] = {**address}
        if self.needs.query:
            taken["query"] = read_query(self.needs.query)
        if self.needs.body:
            taken["body"] = read_body(self.needs.body)
        shown = self._view(**taken)
        if shown is None:
            return "", self.needs.status
        answer, headers = shown if isinstance(shown, tuple) else (shown, {})
        return Response(answer.model_dump_json(), self.needs.status, headers, mimetype="application/json")


def operation(
    scope: str,
    *,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    answer: type[BaseModel] | None = None,
    status: int = 200,
) -> Callable[[Callable[..., Shown]], Operation]:
    """Make a view an operation.

    Args:
        scope: what the access token must include.
        query: the form of its query; the view takes it as `query`.
        body: the form of its JSON body; the view takes it as `body`.
        answer: the form of its answer.
        status: the HTTP status of its answer.
    """

    def decorate(view: Callable[..., Shown]) -> Operation:
        return Operation(view, Needs(scope, query, body, answer, status))

    return decorate
