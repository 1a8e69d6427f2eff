"""Requests as nobody sends them by accident: what goes into parameters, headers, bodies and addresses."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes

from flask.testing import FlaskClient
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from werkzeug.test import TestResponse

HUGE = b"x" * 40_000
VALUES = (
    b"", b" ", b"\0", b"a\0b", b"a\r\nSet-Cookie: a=b", b"\n", b"\x7f", b"\x1b[31m",
    b"\xed\xa0\x80", b"\xff\xfe", b"\xc3", "é\u202e\ufeff".encode(), "🙂".encode() * 300,
    b"'\"><script>alert(1)</script>", b"\\", b"%", b"%zz", b"%00", b"{{7*7}}", b"' OR 1=1 --",
    b"9" * 25, b"-1", b"null", HUGE, b"x y z", b"a=b&c=d;e", b"\xe2\x80\xa8",
    b"https://evil.example/", b"//evil.example", b"javascript:alert(1)", b"https://client.example@evil.example/",
    b"https://client.example/callback/../x", b"https://client.example/callback#f", b"http://[::1", b"https://127.0.0.1/c",
)  # fmt: skip
HEADERS = (
    "", " ", "Basic", "Basic ", "Basic =", "Basic ===", "Basic Og==", "Basic " + "A" * 20_000, "basic\tOg==",
    "Basic " + base64.b64encode(b"\xff\xfe:\0").decode(), "Basic " + base64.b64encode(b"no colon").decode(),
    "Basic " + base64.b64encode(b"%ff%zz:%00").decode(), "Basic é", "Basic \xff\xfe", "Bearer", "Bearer x", "Bearer ,",
    "Digest username=x", "Basic Og==, Bearer x", "\0", "Negotiate", "x" * 20_000,
)  # fmt: skip
CONTENT_TYPES = (
    "", "application/json", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=\xff", "APPLICATION/X-WWW-FORM-URLENCODED", "multipart/form-data",
    "multipart/form-data; boundary=x", "text/plain", "a/b/c;;;", "\0", "a/b;" + "x" * 9000,
)  # fmt: skip
NESTED = b"[" * 10_000

values: SearchStrategy[bytes] = (
    st.sampled_from(VALUES)
    | st.binary(max_size=40)
    | st.text(st.characters(), max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass"))
)


@dataclass(frozen=True)
class Change:
    """What is done to a good list of parameters."""

    name: str
    how: str
    """`replace`, `repeat` or `drop`."""
    value: bytes
    bare: bool
    """Whether the value goes in as it is, not percent-encoded."""


def changes(names: Sequence[str], most: int = 3) -> SearchStrategy[list[Change]]:
    """Up to so many changes to parameters of these names."""
    change = st.builds(
        Change, st.sampled_from(names), st.sampled_from(["replace", "repeat", "drop"]), values, st.booleans()
    )
    return st.lists(change, max_size=most)


def encoded(good: Mapping[str, str], changed: Sequence[Change]) -> bytes:
    """Parameters as `application/x-www-form-urlencoded`, with the changes made."""
    pairs = [(name, quote_from_bytes(value.encode()).encode()) for name, value in good.items()]
    for change in changed:
        value = change.value if change.bare else quote_from_bytes(change.value).encode()
        if change.how != "repeat":
            pairs = [pair for pair in pairs if pair[0] != change.name]
        if change.how != "drop":
            pairs.append((change.name, value))
    return b"&".join(name.encode() + b"=" + value for name, value in pairs)


@dataclass(frozen=True)
class Envelope:
    """All of a request but its parameters."""

    method: str
    content_type: str
    authorization: str | None
    query: bytes


def envelopes(*good_methods: str, content_type: str) -> SearchStrategy[Envelope]:
    """Mostly good ones, so that what is inside is read."""
    good = st.builds(Envelope, st.sampled_from(good_methods), st.just(content_type), st.none(), st.just(b""))
    methods = st.sampled_from([*good_methods * 4, "GET", "HEAD", "OPTIONS", "PUT", "BREW"])
    types = st.just(content_type) | st.sampled_from(CONTENT_TYPES)
    headers = st.none() | st.sampled_from(HEADERS) | st.binary(max_size=30).map(_as_header)
    return good | good | good | st.builds(Envelope, methods, types, headers, st.just(b"") | values.map(quoted))


def _as_header(raw: bytes) -> str:
    return "Basic " + base64.b64encode(raw).decode() if raw[:1] < b"\x80" else raw.decode("latin-1")


def quoted(value: bytes) -> bytes:
    """Percent-encoded."""
    return quote_from_bytes(value).encode()


def send(browser: FlaskClient, path: str, envelope: Envelope, body: bytes = b"") -> TestResponse:
    """Send it as it is: past the test client's own checks, in the form in which a WSGI server hands bytes on."""
    environ: dict[str, Any] = {"QUERY_STRING": envelope.query.decode("latin-1"), "CONTENT_TYPE": envelope.content_type}
    if envelope.authorization is not None:
        environ["HTTP_AUTHORIZATION"] = envelope.authorization
    environ["PATH_INFO"] = path
    return browser.open("/", method=envelope.method, data=body, environ_overrides=environ)


_json: SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\0", "\ud800", "https://evil.example/", "javascript:alert(1)", "x" * 5000, "none"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


def documents(good: Mapping[str, Any]) -> SearchStrategy[bytes]:
    """JSON bodies: a good document with changed members, other JSON, and what is none."""
    changed = st.dictionaries(st.sampled_from([*good, "client_id", "client_secret", "unknown"]), _json, max_size=3)
    raw = st.sampled_from([b"", b"{", b"\xff", b'{"a":1,"a":2}', NESTED, b'{"a":' * 5000, b'"\\ud800"', b"1e999", HUGE])
    return st.one_of(
        changed.map(lambda members: json.dumps({**good, **members}).encode()),
        changed.map(lambda members: json.dumps({**good, **members}).encode()),
        _json.map(lambda value: json.dumps(value).encode()),
        raw,
        values,
    )
