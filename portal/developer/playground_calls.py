"""A request that the playground makes, and what went over the wire: without the secret, which is never kept."""

import contextvars
import json
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from flask import current_app, request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal.config import current_settings
from portal.foundation.database import note_change
from portal.oauth.clients import SECRET_PREFIX, is_secret

MOST_SHOWN = 6000
"""Characters of an answer that are shown; the page carries them from step to step."""


@dataclass(frozen=True)
class Variable:
    """A value that code reads from the environment."""

    name: str
    value: str = field(default="", repr=False)
    shown: str | None = None
    """What stands for it on the page; None for the value itself."""
    before: str = ""
    """What stands before it in the same text."""

    @property
    def sent(self) -> str:
        """What goes over the wire."""
        return self.before + self.value

    @property
    def seen(self) -> str:
        """What the page shows of it."""
        return self.before + (self.value if self.shown is None else self.shown)


Value = str | Variable
Pairs = tuple[tuple[str, Value], ...]


def secret_variable(secret: str) -> Variable:
    """The client secret: of a real one the last four characters are shown, of anything else nothing."""
    shown = f"{SECRET_PREFIX}…{secret[-4:]}" if is_secret(secret) else "…"
    return Variable("CONTEXTFILE_CLIENT_SECRET", secret, shown)


def token_variable(kind: str, token: str, before: str = "") -> Variable:
    """An access or refresh token: the developer's own, so it is shown."""
    return Variable(f"CONTEXTFILE_{kind.upper()}", token, before=before)


@dataclass(frozen=True)
class Call:
    """A request to one of our endpoints; at most one of `query`, `form` and `json` holds something."""

    method: str
    path: str
    headers: Pairs = ()
    query: tuple[tuple[str, str], ...] = ()
    form: Pairs = ()
    json: tuple[tuple[str, str], ...] = ()

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request line."""
        return self.path + (f"?{urlencode(self.query, safe=':/')}" if self.query else "")

    @property
    def endpoint(self) -> str:
        """The address without the query."""
        return current_settings().issuer + self.path

    @property
    def url(self) -> str:
        """The whole address."""
        return current_settings().issuer + self.target

    @property
    def json_text(self) -> str:
        """The JSON body."""
        return json.dumps(dict(self.json), ensure_ascii=False)

    @property
    def variables(self) -> list[str]:
        """Names of the environment variables that its code reads."""
        values = [value for _, value in (*self.headers, *self.form)]
        return [value.name for value in values if isinstance(value, Variable)]


@dataclass(frozen=True)
class Wire:
    """One request and its answer as they can be shown."""

    request_line: str
    request_headers: list[tuple[str, str]]
    request_body: str
    status: str
    response_headers: list[tuple[str, str]]
    response_body: str

    @property
    def good(self) -> bool:
        """Whether the answer is not an error."""
        return self.status[:1] in {"2", "3"}


def run(call: Call) -> tuple[Wire, dict[str, object]]:
    """Send a request to our own endpoints, within this process; gives the wire, and the JSON object of the answer.

    The endpoints cannot tell it from one that came over the network: their own request, nothing of this one's session.
    """
    sent = _body(call, shown=False)
    headers = [(name, value if isinstance(value, str) else value.sent) for name, value in call.headers]
    kind = "application/x-www-form-urlencoded" if call.form else "application/json" if call.json else None
    builder = EnvironBuilder(
        path=call.target,
        method=call.method,
        base_url=current_settings().issuer,
        headers=headers,
        data=sent.encode() or None,
        content_type=kind,
        environ_base={"REMOTE_ADDR": request.remote_addr or ""},
    )
    environ = builder.get_environ()
    builder.close()
    note_change()  # what was sent is not sent again with this request: a code that comes twice ends its access
    # In a context of its own: Flask would lend the outer request's `g` to an inner one, with who is signed in.
    answer, status, answered = contextvars.Context().run(run_wsgi_app, current_app.wsgi_app, environ, buffered=True)
    text = b"".join(answer).decode("utf-8", "replace")
    shown_headers = [("Host", urlsplit(call.url).netloc)]
    shown_headers += [(name, value if isinstance(value, str) else value.seen) for name, value in call.headers]
    if kind:
        shown_headers += [("Content-Type", kind), ("Content-Length", environ["CONTENT_LENGTH"])]
    wire = Wire(
        request_line=f"{call.method} {call.target} HTTP/1.1",
        request_headers=shown_headers,
        request_body=_body(call, shown=True),
        status=f"{status[:3]} {HTTPStatus(int(status[:3])).phrase}",
        response_headers=list(answered.items()),
        response_body=_readable(text),
    )
    return wire, _object(text)


def _body(call: Call, *, shown: bool) -> str:
    if call.json:
        return call.json_text
    pairs = []
    for name, value in call.form:
        if isinstance(value, Variable) and shown and value.shown is not None:
            pairs.append(f"{name}={value.shown}")
        else:
            pairs.append(urlencode({name: value if isinstance(value, str) else value.sent}, safe=":/"))
    return "&".join(pairs)


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _readable(text: str) -> str:
    """JSON, indented; cut where it gets too long to read."""
    with suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n… and {len(text) - MOST_SHOWN} characters more"
