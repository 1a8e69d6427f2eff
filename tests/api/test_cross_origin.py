"""What scripts of other origins may do (Fetch Standard, CORS protocol), and what is compressed."""

import gzip

import pytest
from flask import Flask

from portal.oauth.metadata import ENDPOINTS
from tests.accounts.visitor import visit_signed_in
from tests.api.callers import BASE, Caller, assert_refused

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ORIGIN = {"Origin": "https://spa.example"}


def named(header: str) -> set[str]:
    return {name.strip() for name in header.split(",")}


def test_scripts_of_any_origin_may_call_the_api_with_a_token_and_without_cookies(app: Flask, ada: Caller) -> None:
    for path in ("/contexts", "/contexts/1", "/runs/1/events"):
        asked = {**ORIGIN, "Access-Control-Request-Method": "PUT"}
        preflight = app.test_client().options(BASE + path, headers=asked)
        assert (preflight.status_code, preflight.data) == (204, b"")
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert named(preflight.headers["Access-Control-Allow-Methods"]) == {"GET", "POST", "PUT", "PATCH", "DELETE"}
        assert named(preflight.headers["Access-Control-Allow-Headers"]) == {
            "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Prefer",
        }  # fmt: skip
        assert "Access-Control-Allow-Credentials" not in preflight.headers
    answer = ada.send("GET", "/profile", headers=ORIGIN)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert named(answer.headers["Access-Control-Expose-Headers"]) == {
        "ETag", "Location", "Preference-Applied", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate",
        "X-Request-Id",
    }  # fmt: skip


def test_a_session_of_the_portal_opens_nothing_of_the_api(app: Flask, ada: Caller) -> None:
    visitor = visit_signed_in(app, ada.person)
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={visitor.cookie()}"
    response = app.test_client().get(f"{BASE}/profile", headers={"Cookie": cookie})
    assert_refused(response, 401, "access token")


def test_the_authorization_endpoint_answers_no_script(app: Flask) -> None:
    path = ENDPOINTS["authorization"]
    for method in ("OPTIONS", "GET", "POST", "PUT"):
        asked = {**ORIGIN, "Access-Control-Request-Method": "GET"}
        response = app.test_client().open(path, method=method, headers=asked)
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")], method


def test_large_answers_are_compressed_for_who_wants_it(ada: Caller) -> None:
    for _ in range(3):
        ada.send("POST", "/contexts", json={"name": "Voice", "content": "Plain words. " * 50})
    plain = ada.send("GET", "/contexts")
    zipped = ada.send("GET", "/contexts", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < 1000 < len(plain.data)
    assert gzip.decompress(zipped.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]
    unwanted = ada.send("GET", "/contexts", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in unwanted.headers
    assert "Accept-Encoding" in unwanted.headers["Vary"]
    small = ada.send("GET", "/profile", headers={"Accept-Encoding": "gzip"})
    assert not {"Content-Encoding", "Vary"} & set(small.headers.keys()), "it goes out as it is for everybody"
