"""What is measured: for each kind of request what is sent, and which answer is right.

Made from the document that a seed command prints (`flask bench-seed`). A server whose document lacks something does
without the workloads that need it.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from tests.bench.driver import Request, Workload

WORKS = ("exchange", "refresh", "introspection", "profile", "contexts", "revocation", "consent", "docs")
"""In the order of the table; `profile` and `contexts` are the API reads."""
SINGLE_USE = ("exchange", "revocation")
"""Each of their requests uses something up, of which there is a limited number."""
DOCS_PAGE = "/docs/connect"


def encode(method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> bytes:
    """A request as it goes over the wire."""
    body = urlencode(form).encode() if form else b""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if form:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class OneByOne:
    """Each credential is sent once."""

    items: deque[str]
    make: Callable[[str], bytes]
    right: Callable[[int, bytes], bool]

    def next_request(self) -> Request | None:
        """The next credential's."""
        if not self.items:
            return None
        item = self.items.popleft()
        return Request(self.make(item), item)

    def is_right(self, status: int, body: bytes, _item: str, /) -> bool:
        """Whether the answer is right in itself."""
        return self.right(status, body)


@dataclass
class RoundAndRound(OneByOne):
    """The credentials are sent in turn, again and again."""

    def next_request(self) -> Request | None:
        """The next credential's; it will come again."""
        self.items.rotate(-1)
        return Request(self.make(self.items[0]), self.items[0])


@dataclass
class Rotation(OneByOne):
    """Each answer brings the refresh token that its chain goes on with."""

    def is_right(self, status: int, body: bytes, item: str, /) -> bool:
        """Whether there is a new refresh token (RFC 6749 §6)."""
        fresh = json.loads(body).get("refresh_token") if status == 200 else None
        if not fresh or fresh == item:
            return False
        self.items.append(fresh)
        return True


class Workloads:
    """All of one server's."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._credentials = {name: document[name] for name in ("client_id", "client_secret")}
        self._verifiers = {code["code"]: code["code_verifier"] for code in document["codes"]}
        access = deque(document["access_tokens"])
        makers: dict[str, Callable[[], Workload]] = {
            "exchange": partial(OneByOne, deque(self._verifiers), self._exchange, _has_tokens),
            "refresh": partial(Rotation, deque(document["refresh_tokens"]), self._refresh, _has_tokens),
            "introspection": partial(RoundAndRound, access, self._introspect, _is_active),
            "revocation": partial(OneByOne, deque(document["revoke_tokens"]), self._revoke, _is_empty),
        }
        for work in ("profile", "contexts"):
            if path := document.get({"profile": "resource_path"}.get(work, f"{work}_path")):
                makers[work] = partial(RoundAndRound, access, partial(self._read, path), _is_json)
        if "consent_path" in document:
            cookie = document["cookie"]
            consent = encode("GET", document["consent_path"], Cookie=cookie)
            makers["consent"] = partial(_page, consent, b'name="request_id"')
            makers["docs"] = partial(_page, encode("GET", DOCS_PAGE), b"<h1")
        self._made = {work: make() for work, make in makers.items()}

    def names(self) -> list[str]:
        """Those that this server can be asked for."""
        return [work for work in WORKS if work in self._made]

    def __getitem__(self, work: str) -> Workload:
        return self._made[work]

    def _post(self, endpoint: str, **form: str) -> bytes:
        return encode("POST", self._document[f"{endpoint}_endpoint"], {**form, **self._credentials})

    def _exchange(self, code: str) -> bytes:
        about = {"redirect_uri": self._document["redirect_uri"], "code_verifier": self._verifiers[code]}
        return self._post("token", grant_type="authorization_code", code=code, **about)

    def _refresh(self, token: str) -> bytes:
        return self._post("token", grant_type="refresh_token", refresh_token=token)

    def _introspect(self, token: str) -> bytes:
        return self._post("introspection", token=token, token_type_hint="access_token")

    def _revoke(self, token: str) -> bytes:
        return self._post("revocation", token=token, token_type_hint="access_token")

    def _read(self, path: str, token: str) -> bytes:
        return encode("GET", path, Authorization=f"Bearer {token}")


def _page(raw: bytes, mark: bytes) -> RoundAndRound:
    return RoundAndRound(deque([""]), lambda _: raw, lambda status, body: status == 200 and mark in body)


def _has_tokens(status: int, body: bytes) -> bool:
    return status == 200 and json.loads(body).keys() >= {"access_token", "refresh_token", "expires_in"}


def _is_active(status: int, body: bytes) -> bool:
    return status == 200 and json.loads(body)["active"] is True


def _is_empty(status: int, body: bytes) -> bool:
    """RFC 7009 §2.2: the content of the answer is ignored; of a JSON body, `{}` says as much."""
    return status == 200 and body.strip() in {b"", b"{}"}


def _is_json(status: int, body: bytes) -> bool:
    return status == 200 and bool(json.loads(body))
