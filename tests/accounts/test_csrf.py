"""Forms that another site sends in a visitor's name (ASVS 3.5.1)."""

import re

import pytest
from flask import Flask

from tests.accounts.documents import Page
from tests.accounts.stored import counts
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import registered
from tests.factories import PASSWORD, Person, make_client
from tests.fixtures.applications import MakeApp

FOR_PROGRAMS = {"api", "oauth_endpoints", "registration_endpoints"}
"""These read no cookie, so nobody else's browser can be made to use them."""
FIELDS = {
    "name": "Mallory",
    "email": "ada@people.example",
    "password": PASSWORD,
    "type": "public",
    "redirect_uris-0": "https://evil.example/callback",
    "answer": "allow",
    "request_id": "1",
}


def addresses_of_forms(app: Flask) -> list[str]:
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] not in FOR_PROGRAMS
    ]


@pytest.mark.standard("ContextFile security rule", "16", "Every form needs the CSRF token of the visitor's own session")
@pytest.mark.parametrize("token", [None, "", "x", "stolen", "\0", "é", "a.b.c"])
def test_no_form_is_taken_without_the_token_of_the_visitors_own_session(
    app: Flask, ada: Person, token: str | None
) -> None:
    make_client(app, ada)
    (client,) = registered(app)
    if token == "stolen":
        token = Visitor.of(app).open("/login").values["csrf_token"]
    form = FIELDS if token is None else FIELDS | {"csrf_token": token}
    addresses = addresses_of_forms(app)
    assert len(addresses) >= 6
    for visitor, signed_in in ((visit_signed_in(app, ada), ada.email), (Visitor.of(app), None)):
        before = counts(app)
        for address in addresses:
            page = Page(visitor.request(re.sub("<[^>]*>", str(client.id), address), "POST", data=form))
            assert page.status == 400, f"{address}: {page.text}"
            if address == "/oauth/authorize":  # whoever answers a request that is there is asked anew
                assert page.title == "This app’s request cannot be shown"
                assert "Nothing was shared with the app." in page.text
                continue
            assert page.title == "This form has expired"
            assert "Nothing was changed" in page.text
        assert counts(app) == before
        assert visitor.signed_in_as() == signed_in


def test_a_token_in_the_address_does_not_count(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    token = visitor.open("/developer/oauth-apps/new").values["csrf_token"]
    assert visitor.request("/logout", "POST", query_string={"csrf_token": token}).status_code == 400
    assert visitor.signed_in_as() == ada.email


@pytest.mark.standard("ContextFile security rule", "58", "Nobody can be logged in as the attacker")
def test_nobody_can_be_logged_in_as_the_attacker(app: Flask, ada: Person) -> None:
    attackers_token = Visitor.of(app).open("/login").values["csrf_token"]
    victim = Visitor.of(app)
    victim.open("/login")
    form = {"csrf_token": attackers_token, "email": ada.email, "password": ada.password}
    assert victim.request("/login", "POST", data=form).status_code == 400
    assert victim.signed_in_as() is None


@pytest.mark.parametrize("referrer", ["https://evil.example/", "https://id.example.evil.example/", ""])
def test_over_tls_the_form_must_have_been_on_a_page_of_ours(make_app: MakeApp, referrer: str) -> None:
    app = make_app(public_url="https://id.example")
    visitor = visit_signed_in(app)
    form = visitor.open("/developer/oauth-apps/new").values
    answer = visitor.request("/developer/oauth-apps/new", "POST", data=form, headers={"Referer": referrer})
    assert answer.status_code == 400
    assert Page(answer).title == "This form has expired"


def test_a_get_request_changes_nothing(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    before = counts(app)
    assert visitor.request("/logout").status_code == 405
    assert visitor.request("/login", query_string=FIELDS).status_code == 303
    assert visitor.request("/developer/oauth-apps/new", query_string=FIELDS).status_code == 200
    assert counts(app) == before
    assert visitor.signed_in_as() == ada.email
