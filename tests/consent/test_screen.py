"""What the consent screen shows, and the headers it comes with."""

import re

import pytest
from flask import Flask

from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner, answer_of, form_value


def csp_of(owner: Owner, client: Client) -> str:
    page = owner.browser.get(client.request_uri())
    assert page.status_code == 200, page.text
    return page.headers["Content-Security-Policy"].split("form-action ")[1]


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.standard("ContextFile security rule", "20", "The screen shows app, redirect host, scopes and lifetime")
def test_it_says_who_asks_for_what_and_where_the_person_will_be_sent(owner: Owner, client: Client) -> None:
    scope = "profile:read contexts:write skills:execute"
    text = text_of(owner.browser.get(client.request_uri(scope=scope)).text)
    for words in (
        "Acme Notes wants to access your ContextFile account",
        owner.person.email,
        "View basic profile information",
        "Create, update, and delete context files",
        "Run skills to generate content",
        "client.example",
        "Dana Developer",
        "until you remove it, at most 1 year",
        "cannot see your password",
    ):
        assert words in text
    assert "View skills" not in text


def test_what_is_new_since_the_last_time_is_marked_and_comes_first(owner: Owner, client: Client) -> None:
    client.obtain_code(owner, scope="profile:read contexts:read")
    html = owner.browser.get(client.request_uri(scope="profile:read skills:read")).text
    view = html[html.index("View skills") - 300 : html.index("View basic profile information")]
    assert "New" in text_of(view)


@pytest.mark.standard("ContextFile security rule", "64", "Markup in an app's name is inert on the consent screen")
@pytest.mark.standard("RFC 6749", "10.14", "What clients send is sanitized")
def test_a_name_with_markup_is_inert(app: Flask, owner: Owner) -> None:
    hostile = make_client(app, make_person(app, name="<b>Bob</b>"), name="<script>alert(1)</script>\"'")
    html = owner.browser.get(Client(app, hostile).request_uri()).text
    assert "<script>alert" not in html
    assert "<b>Bob" not in html


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        ("https://client.example/callback", "https://client.example"),
        ("https://client.example:8443/callback?x=y", "https://client.example:8443"),
        ("http://127.0.0.1:4567/callback", "http://127.0.0.1:4567"),
        ("http://localhost:3000/callback", "http://localhost:3000"),
        ("http://[::1]:4567/callback", "http:"),
        ("com.example.app:/callback", "com.example.app:"),
    ],
)
def test_forms_may_lead_to_this_requests_redirect_uri_and_nowhere_else(
    app: Flask, owner: Owner, uri: str, allowed: str
) -> None:
    """Chromium applies form-action to the redirect after the POST."""
    registered = make_client(app, make_person(app), redirect_uris=(uri,))
    assert csp_of(owner, Client(app, registered, redirect_uri=uri)) == f"'self' {allowed}"


def test_other_pages_let_forms_lead_here_only(owner: Owner) -> None:
    policy = owner.browser.get("/developer/oauth-apps").headers["Content-Security-Policy"]
    assert policy.endswith("form-action 'self'")


@pytest.mark.standard("ContextFile security rule", "22", "The consent screen cannot be framed")
@pytest.mark.standard("RFC 6749", "10.13", "The authorization endpoint is protected against clickjacking")
@pytest.mark.standard("RFC 9700", "4.16", "The consent screen sends frame-ancestors none and X-Frame-Options")
def test_it_cannot_be_framed_or_kept(owner: Owner, client: Client) -> None:
    """RFC 9700 §4.16."""
    headers = owner.browser.get(client.request_uri()).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.standard("ContextFile security rule", "20", "A loopback redirect is called an app on this computer")
def test_loopback_is_called_an_app_on_this_computer(app: Flask, owner: Owner) -> None:
    uri = "http://127.0.0.1/callback"
    registered = make_client(app, make_person(app), type="public", redirect_uris=(uri,))
    page = owner.browser.get(Client(app, registered, redirect_uri="http://127.0.0.1:51234/callback").request_uri())
    assert "an app on this computer" in page.text


@pytest.mark.standard("ContextFile security rule", "13", "The registered query is kept, and the answer added to it")
@pytest.mark.standard("RFC 6749", "3.1.2", "A query in the redirect URI is retained")
def test_the_registered_query_is_kept_and_the_answer_added(app: Flask, owner: Owner) -> None:
    """RFC 6749 §3.1.2."""
    uri = "https://client.example/callback?tenant=a%2Fb&x"
    client = Client(app, make_client(app, make_person(app), redirect_uris=(uri,)), redirect_uri=uri)
    location = owner.answer(owner.browser.get(client.request_uri()), "allow").headers["Location"]
    assert location.startswith(uri + "&code=cf_ac_")
    assert client.exchange(location.split("code=")[1].split("&")[0]).status_code == 200


@pytest.mark.standard("ContextFile security rule", "3", "Any port of a loopback address; host, path and scheme exact")
@pytest.mark.standard("RFC 8252", "7.3", "Any port of a loopback redirect URI is allowed")
def test_any_port_of_a_loopback_address_will_do_and_nothing_else_differs(app: Flask, owner: Owner) -> None:
    """RFC 8252 §7.3."""
    uri = "http://127.0.0.1:1234/callback"
    registered = make_client(app, make_person(app), type="public", redirect_uris=(uri,))
    for good in ("http://127.0.0.1:5678/callback", "http://127.0.0.1/callback"):
        assert owner.browser.get(Client(app, registered, redirect_uri=good).request_uri()).status_code == 200
    for bad in (
        "http://localhost:1234/callback",
        "http://127.0.0.1:1234/other",
        "https://127.0.0.1:1234/callback",
        "http://127.0.0.1:1234@evil.example/callback",
        "http://127.0.0.2:1234/callback",
        "http://127.0.0.1:123456/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1:٣٠/callback",
    ):
        assert owner.browser.get(Client(app, registered, redirect_uri=bad).request_uri()).status_code == 400, bad


def test_signing_in_goes_straight_on_to_the_screen(app: Flask, client: Client) -> None:
    visitor = Owner(app, make_person(app))
    asked = visitor.browser.get(client.request_uri(), follow_redirects=True)
    assert asked.request.path == "/login"
    form = {name: form_value(asked, name) for name in ("csrf_token", "next")}
    form |= {"email": visitor.person.email, "password": visitor.person.password}
    page = visitor.browser.post("/login", data=form, follow_redirects=True)
    assert page.request.path == "/oauth/authorize"
    assert "code" in answer_of(visitor.answer(page, "allow"))


def test_the_log_in_form_may_lead_to_the_client_that_waits_behind_it(app: Flask, client: Client) -> None:
    """A fault of the request is redirected right after signing in, and browsers apply this form's policy to that."""
    page = app.test_client().get(client.request_uri(scope="admin"), follow_redirects=True)
    assert page.headers["Content-Security-Policy"].endswith("form-action 'self' https://client.example")


def test_switching_the_account_keeps_the_request(app: Flask, owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri())
    form = {"csrf_token": form_value(page, "csrf_token"), "next": client.request_uri()}
    login = owner.browser.post("/logout", data=form, follow_redirects=True)
    assert login.request.path == "/login"
    assert form_value(login, "next") == client.request_uri()


@pytest.mark.parametrize(
    "uri",
    [
        "com.example.app:///callback",
        "com.example.app:/callback",
        "com.example.app://HOST/callback",
        "com.example.app://a..b/",
        "https://client.example:00443/callback",
        "https://client.example/cb?",
    ],
)
def test_the_redirect_uri_arrives_to_the_character(app: Flask, owner: Owner, uri: str) -> None:
    client = Client(app, make_client(app, make_person(app), redirect_uris=(uri,)), redirect_uri=uri)
    location = owner.answer(owner.browser.get(client.request_uri()), "allow").headers["Location"]
    assert location.startswith(f"{uri}{'&' if '?' in uri else '?'}code=cf_ac_")


def test_the_log_in_form_leads_elsewhere_only_for_the_request_that_asked(app: Flask, client: Client) -> None:
    visitor = app.test_client()
    visitor.get(client.request_uri())
    assert visitor.get("/login").headers["Content-Security-Policy"].endswith("form-action 'self'")
