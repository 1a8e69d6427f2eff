"""The machines' way through Flask: no session, no CSRF, no form is read, since no cookie opens anything behind it.

Routing, views, error handlers and the headers of answers are Flask's and ours as everywhere else; what is left out is
what only pages need, which costs as much as an introspection.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import Flask, Response
from flask.ctx import RequestContext
from flask.sessions import NullSession
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from portal.foundation.measures import ENDPOINT
from portal.oauth.metadata import ENDPOINTS

_ADDRESSES = ("/api/v1/", *(ENDPOINTS[name] for name in ("token", "revocation", "introspection")))
"""Beginnings of those that are answered this way."""
_WITHOUT_BODY = {204, 304}


def init_app(app: Flask) -> None:
    """Answer machines this way: the innermost one, so that whatever wraps the application is around it."""
    complete_way = app.wsgi_app
    known: dict[tuple[str, str], Rule] = {}

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not known:  # the first request of all wakes the rest of the house
            known.update(_rules_of(app))
            return complete_way(environ, start_response)
        if not environ.get("PATH_INFO", "").startswith(_ADDRESSES):
            return complete_way(environ, start_response)
        context = _Context(app, environ, known)
        error: Exception | None = None
        try:
            context.push()
            if context.request.routing_exception is None:
                environ[ENDPOINT] = context.request.endpoint
                blueprints = context.request.blueprints
                try:
                    response = _finished(app, _dispatch(app, blueprints), blueprints)
                except Exception as fault:  # noqa: BLE001  # as Flask does
                    error = fault
                    response = app.handle_exception(fault)
                return _send(response, environ, start_response)
        finally:
            context.pop(error)
        return complete_way(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]  # Flask's documented way to wrap itself


def _rules_of(app: Flask) -> dict[tuple[str, str], Rule]:
    """The rules of addresses that have no parts to read, by address and method."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(_ADDRESSES) and not rule.arguments]
    return {(rule.rule, method): rule for rule in rules for method in rule.methods or ()}


class _Context(RequestContext):
    """A request's context whose session is nobody's, and whose rule is looked up where that is enough."""

    def __init__(self, app: Flask, environ: dict[str, Any], known: dict[tuple[str, str], Rule]) -> None:
        super().__init__(app, environ, session=NullSession())
        self._known = known

    def match_request(self) -> None:
        """Match the address; Werkzeug is asked if it is none of the known ones."""
        rule = self._known.get((self.request.path, self.request.method))
        if rule is None:
            super().match_request()
        else:
            self.request.url_rule, self.request.view_args = rule, {}


def _dispatch(app: Flask, blueprints: list[str]) -> ResponseReturnValue:
    try:
        for blueprint in blueprints:
            for function in app.before_request_funcs.get(blueprint, ()):
                answer: Any = function()
                if answer is not None:
                    return cast(ResponseReturnValue, answer)
        return app.dispatch_request()
    except Exception as error:  # noqa: BLE001  # as Flask does
        return app.handle_user_exception(error)


def _finished(app: Flask, answer: ResponseReturnValue, blueprints: list[str]) -> Response:
    """What the blueprint adds to its answers; nothing of the application's own is for machines."""
    response = app.make_response(answer)
    for blueprint in blueprints:
        for function in reversed(app.after_request_funcs.get(blueprint, ())):
            response = cast(Response, function(response))
    return response


def _send(response: Response, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Send an answer. Werkzeug copies and checks all headers once more, which a whole body of ours does not need."""
    plain = response.is_sequence and environ["REQUEST_METHOD"] != "HEAD" and response.status_code not in _WITHOUT_BODY
    if not plain or "Location" in response.headers:
        return response(environ, start_response)
    body = response.get_data()
    headers = [header for header in response.headers if header[0] != "Content-Length"]
    start_response(response.status, [*headers, ("Content-Length", str(len(body)))])
    return [body]
