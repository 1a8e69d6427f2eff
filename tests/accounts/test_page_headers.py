"""What every answer of the whole portal carries, and its cookie."""

import re
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_client, make_person
from tests.fixtures.applications import MakeApp

PUBLIC = (
    "/",
    "/docs/connect",
    "/login",
    "/signup",
    "/reset-password",
    "/no-such-page",
    "/oauth/authorize",
    "/logos/x.webp",
)
PRIVATE = (
    "/developer/oauth-apps", "/developer/oauth-apps/new", "/settings/connected-apps", "/settings/profile",
    "/settings/sessions", "/settings/history", "/settings/data", "/settings/email/confirm?token=x",
)  # fmt: skip


@pytest.fixture(params=["http://127.0.0.1:5000", "https://id.example"])
def app(make_app: MakeApp, request: pytest.FixtureRequest) -> Flask:
    """By HTTP on loopback, and by HTTPS."""
    return make_app(public_url=request.param)


def https(app: Flask) -> bool:
    return bool(app.config["SETTINGS"].https)


def set_cookies(answer: TestResponse) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


def every_answer(app: Flask, ada: Person) -> list[TestResponse]:
    """Pages, redirects, refusals and errors, to a stranger and to somebody who is signed in."""
    client_id = make_client(app, ada).client_id
    signed_in, stranger = visit_signed_in(app, ada), Visitor.of(app)
    answers = [visitor.request(path) for visitor in (signed_in, stranger) for path in (*PUBLIC, *PRIVATE)]
    answers.append(signed_in.request(f"/developer/oauth-apps/{client_id}"))
    answers.append(signed_in.request("/logout"))
    answers.append(stranger.sign_up(email=""))
    answers.append(stranger.request("/login", "POST"))
    answers.append(stranger.request("/static/css/base.css"))
    assert {answer.status_code for answer in answers} >= {200, 303, 400, 404, 405, 422}
    return answers


@pytest.mark.standard("ContextFile security rule", "22", "frame-ancestors is none on every page")
@pytest.mark.standard("ContextFile security rule", "59", "HSTS, CSP, nosniff and Referrer-Policy everywhere")
@pytest.mark.standard("RFC 9700", "4.16", "No page can be framed")
def test_every_answer_forbids_framing_sniffing_foreign_code_and_leaking_addresses(app: Flask, ada: Person) -> None:
    for answer in every_answer(app, ada):
        headers, path = answer.headers, answer.request.path
        policy = headers["Content-Security-Policy"]
        for directive in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"):
            assert directive in policy, path
        assert "unsafe" not in policy, path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] in {"same-origin", "strict-origin"}, path
        assert len(headers["X-Request-Id"]) == 16, path
        assert "Access-Control-Allow-Origin" not in headers, path
        assert ("Strict-Transport-Security" in headers) == https(app), path


@pytest.mark.standard("ContextFile security rule", "59", "Private pages are no-store")
def test_nothing_that_depends_on_who_reads_it_is_stored(app: Flask, ada: Person) -> None:
    for answer in every_answer(app, ada):
        if not answer.request.path.startswith("/static/"):
            assert answer.headers["Cache-Control"] == "no-store", answer.request.path


def test_what_any_cache_may_keep_sets_no_cookie(app: Flask, ada: Person) -> None:
    answer = visit_signed_in(app, ada).request("/static/css/base.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]
    assert set_cookies(answer) == []


def test_of_a_static_file_only_the_version_that_was_asked_for_is_kept(app: Flask) -> None:
    visitor = Visitor.of(app)
    found = re.search(r"/static/css/base\.css\?v=[0-9a-f]{12}", visitor.request("/login").text)
    assert found
    assert "max-age=31536000" in visitor.request(found[0]).headers["Cache-Control"]
    for path in (f"{found[0]}0", "/static/css/../css/base.css?v=x", found[0].replace("base", "nothing")):
        assert visitor.request(path).headers["Cache-Control"] == "no-store", path


@pytest.mark.standard("ContextFile security rule", "54", "The cookie is __Host-, Secure, HttpOnly and SameSite=Lax")
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app: Flask) -> None:
    ada, visitor = make_person(app), Visitor.of(app)
    answers = [visitor.request("/login"), visitor.log_in(ada), visitor.log_out()]
    for answer in answers:
        (header,) = set_cookies(answer)
        ((name, cookie),) = SimpleCookie(header).items()
        assert name == ("__Host-session" if https(app) else "session")
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) == https(app)
        assert cookie["path"] == "/"
        assert cookie["domain"] == ""


def test_a_log_in_outlasts_the_browser_and_ends_with_its_session(app: Flask) -> None:
    visitor = Visitor.of(app)
    (header,) = set_cookies(visitor.log_in(make_person(app)))
    assert SimpleCookie(header).popitem()[1]["expires"]


@pytest.mark.standard("ContextFile security rule", "60", "No header changes an address that the portal gives")
@pytest.mark.parametrize(
    "spoofed",
    [
        {"Host": "evil.example"},
        {
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Port": "8443",
            "X-Forwarded-Prefix": "/evil.example",
            "Forwarded": "host=evil.example;proto=https",
            "X-Original-Host": "evil.example",
            "X-Rewrite-URL": "/evil.example",
        },
    ],
)
@pytest.mark.parametrize("trusted_proxies", [0, 1])
def test_no_header_changes_an_address_that_the_portal_gives(
    make_app: MakeApp, spoofed: dict[str, str], trusted_proxies: int
) -> None:
    app = make_app(trusted_proxies=trusted_proxies)
    ada = make_person(app)
    client_id = make_client(app, ada).client_id
    signed_in, stranger = visit_signed_in(app, ada), Visitor.of(app)
    paths = (*PUBLIC, *PRIVATE, f"/developer/oauth-apps/{client_id}", "/.well-known/oauth-authorization-server")
    for visitor in (signed_in, stranger):
        for path in paths:
            answer = visitor.request(path, headers=spoofed)
            assert "evil.example" not in answer.text, path
            assert "evil.example" not in str(answer.headers), path
            assert ":8443" not in answer.text, path
            if answer.location:
                assert answer.location.startswith("/"), path
    assert f"http://127.0.0.1:5000/oauth/authorize?response_type=code&client_id={client_id}" in " ".join(
        signed_in.open(f"/developer/oauth-apps/{client_id}").links
    )
