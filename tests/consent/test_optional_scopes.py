"""Scopes that a user may leave out: what was shown as optional is theirs to drop, nothing else is."""

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.foundation.database import transaction
from portal.oauth.models import Client as ClientRow
from tests.oauth.parties import Client, Owner, answer_of

ASKED = "profile:read contexts:read contexts:write"


def make_optional(app: Flask, scope: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(ClientRow).values(optional_scope=scope))


def granted(client: Client, answer: dict[str, str]) -> str:
    scope: str = client.exchange(answer["code"]).get_json()["scope"]
    return scope


@pytest.mark.standard("RFC 6749", "3.3", "The answer names the scope if it is not the one that was asked for")
@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ([], "profile:read contexts:read"),
        (["contexts:write"], ASKED),
        (["tasks:write", "nonsense"], "profile:read contexts:read"),
    ],
)
def test_only_an_optional_scope_can_be_left_out(
    app: Flask, owner: Owner, client: Client, kept: list[str], expected: str
) -> None:
    make_optional(app, "contexts:write tasks:write")
    page = owner.browser.get(client.request_uri(scope=ASKED))
    assert granted(client, answer_of(owner.answer(page, "allow", scope=kept))) == expected


def test_without_optional_scopes_nothing_is_left_out(owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri(scope=ASKED))
    assert granted(client, answer_of(owner.answer(page, "allow"))) == ASKED


def test_leaving_everything_out_is_a_no(app: Flask, owner: Owner, client: Client) -> None:
    make_optional(app, ASKED)
    page = owner.browser.get(client.request_uri(scope=ASKED))
    answer = answer_of(owner.answer(page, "allow"))
    assert answer["error"] == "access_denied"
    assert "left every scope out" in answer["error_description"]


def test_what_was_shown_as_optional_stays_so_until_it_is_answered(app: Flask, owner: Owner, client: Client) -> None:
    make_optional(app, "contexts:write")
    page = owner.browser.get(client.request_uri(scope=ASKED))
    make_optional(app, "")
    assert "contexts:write" not in granted(client, answer_of(owner.answer(page, "allow")))


def test_what_was_shown_as_required_stays_so_too(app: Flask, owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri(scope=ASKED))
    make_optional(app, "contexts:write")
    assert granted(client, answer_of(owner.answer(page, "allow"))) == ASKED


def test_a_silent_request_gets_what_was_allowed_and_no_more(app: Flask, owner: Owner, client: Client) -> None:
    make_optional(app, "contexts:write")
    page = owner.browser.get(client.request_uri(scope=ASKED))
    owner.answer(page, "allow")
    silent = answer_of(owner.browser.get(client.request_uri(scope=ASKED, prompt="none")))
    assert granted(client, silent) == "profile:read contexts:read"
    more = answer_of(owner.browser.get(client.request_uri(scope=f"{ASKED} tasks:read", prompt="none")))
    assert more["error"] == "consent_required"
    other = answer_of(owner.browser.get(client.request_uri(scope="contexts:write", prompt="none")))
    assert other["error"] == "consent_required"


def test_leaving_out_what_was_allowed_before_takes_it_back(app: Flask, owner: Owner, client: Client) -> None:
    """Everywhere: in the consent, in tokens that were issued before, and in what they refresh to."""
    make_optional(app, "contexts:write")
    page = owner.browser.get(client.request_uri(scope=ASKED))
    before = client.exchange(answer_of(owner.answer(page, "allow", scope=["contexts:write"]))["code"]).get_json()
    assert before["scope"] == ASKED
    assert client.introspect(before["access_token"])["scope"] == ASKED
    owner.answer(owner.browser.get(client.request_uri(scope=ASKED, prompt="consent")), "allow")
    assert client.introspect(before["access_token"])["scope"] == "profile:read contexts:read"
    assert write_context(client, before["access_token"]).status_code == 403
    after = client.refresh(before["refresh_token"]).get_json()
    assert after["scope"] == "profile:read contexts:read"
    assert client.refresh(after["refresh_token"], scope="contexts:write").get_json()["error"] == "invalid_scope"
    silent = answer_of(owner.browser.get(client.request_uri(scope=ASKED, prompt="none")))
    assert granted(client, silent) == "profile:read contexts:read"
    assert "Create, update, and delete context files" not in owner.browser.get("/settings/connected-apps").text


def test_an_authorization_of_which_nothing_is_left_ends(app: Flask, owner: Owner, client: Client) -> None:
    make_optional(app, "contexts:write")
    page = owner.browser.get(client.request_uri(scope="contexts:write"))
    only = client.exchange(answer_of(owner.answer(page, "allow", scope=["contexts:write"]))["code"]).get_json()
    owner.answer(owner.browser.get(client.request_uri(scope=ASKED)), "allow")
    assert client.introspect(only["access_token"]) == {"active": False}
    assert client.refresh(only["refresh_token"]).get_json()["error"] == "invalid_grant"


def write_context(client: Client, token: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return client.app.test_client().post("/api/v1/contexts", json={"name": "x"}, headers=headers)
