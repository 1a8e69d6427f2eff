"""Answering: only the person who was asked, in the browser that was asked, once, and only what was asked."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from portal.foundation.database import reading, transaction
from portal.oauth.consents import Decided, decided
from portal.oauth.models import Client as ClientRow
from portal.oauth.models import RedirectUri
from tests.factories import make_person
from tests.oauth.parties import Client, Owner, answer_of, form_value


def key_of(app: Flask, client: Client) -> int:
    with app.app_context(), reading() as session:
        return session.scalars(select(ClientRow.id).filter_by(client_id=client.registered.client_id)).one()


@pytest.mark.standard(
    "ContextFile security rule",
    "16",
    "The screen issues no code; only what was decided before goes straight through",
)
def test_looking_at_the_screen_allows_nothing(app: Flask, owner: Owner, client: Client) -> None:
    """OWASP ASVS 3.5.1."""
    owner.browser.get(client.request_uri())
    with app.app_context():
        assert decided(owner.person.id, key_of(app, client)) == Decided()


@pytest.mark.standard("ContextFile security rule", "16", "The answer needs the CSRF token of the session")
@pytest.mark.standard("RFC 6749", "10.12", "The authorization endpoint is protected against CSRF")
@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_an_answer_without_the_sessions_csrf_token_changes_nothing(
    owner: Owner, client: Client, token: str | None
) -> None:
    page = owner.browser.get(client.request_uri())
    form = {"request_id": form_value(page, "request_id"), "answer": "allow"}
    refused = owner.browser.post("/oauth/authorize", data=form if token is None else {**form, "csrf_token": token})
    assert refused.status_code == 303
    assert refused.headers["Location"].startswith("/oauth/authorize?"), "it is put before them anew"
    assert "nothing was answered" in owner.browser.get(refused.headers["Location"]).text
    assert "code" in answer_of(owner.answer(page, "allow")), "the request is still there to be answered"


@pytest.mark.standard("ContextFile security rule", "18", "A request that was put to A cannot be answered by B")
def test_a_request_that_was_put_to_somebody_else_cannot_be_answered(app: Flask, owner: Owner, client: Client) -> None:
    other = Owner(app, make_person(app)).log_in()
    page, others = owner.browser.get(client.request_uri()), other.browser.get(client.request_uri())
    stolen = other.answer(others, "allow", request_id=form_value(page, "request_id"))
    assert stolen.status_code == 400
    assert "Location" not in stolen.headers


@pytest.mark.standard("ContextFile security rule", "18", "A request cannot be answered in another session")
def test_a_request_cannot_be_answered_in_another_browser_of_the_same_person(
    app: Flask, owner: Owner, client: Client
) -> None:
    elsewhere = Owner(app, owner.person).log_in()
    page, there = owner.browser.get(client.request_uri()), elsewhere.browser.get(client.request_uri())
    assert elsewhere.answer(there, "allow", request_id=form_value(page, "request_id")).status_code == 400


@pytest.mark.standard("RFC 6749", "3.1", "The identity of the resource owner is verified first")
def test_a_visitor_who_is_not_signed_in_cannot_answer(app: Flask, owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri())
    visitor = Owner(app, owner.person)
    form = {
        "csrf_token": form_value(visitor.browser.get("/login"), "csrf_token"),
        "request_id": form_value(page, "request_id"),
        "answer": "allow",
    }
    response = visitor.browser.post("/oauth/authorize", data=form)
    assert response.headers["Location"].startswith("/oauth/authorize?"), "it is put before whoever logs in"
    assert "code" not in answer_of(response)
    assert visitor.browser.get(response.headers["Location"]).headers["Location"].startswith("/login")


@pytest.mark.standard("ContextFile security rule", "17", "What a tampered form adds is not read: the held request wins")
def test_what_the_form_adds_is_not_read(owner: Owner, client: Client) -> None:
    """The held request wins: scope, client and redirect URI of the POST are nobody's."""
    page = owner.browser.get(client.request_uri())
    response = owner.answer(
        page, "allow", scope="tasks:write", redirect_uri="https://evil.example/", client_id="x", state="y"
    )
    assert response.headers["Location"].startswith(client.redirect_uri + "?")
    assert client.exchange(answer_of(response)["code"]).get_json()["scope"] == "profile:read contexts:read"


def test_a_request_waits_ten_minutes(owner: Owner, client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        pages = [owner.browser.get(client.request_uri()) for _ in range(2)]
        clock.shift(599)
        assert owner.answer(pages[0], "allow").status_code == 303
        clock.shift(1)
        assert owner.answer(pages[1], "allow").status_code == 400


@pytest.mark.parametrize("request_id", ["", "x", "-1", "9" * 40, "1", "²"])
@pytest.mark.parametrize("answer", ["allow", "maybe", ""])
def test_an_unreadable_answer_is_no_failure(owner: Owner, client: Client, request_id: str, answer: str) -> None:
    page = owner.browser.get(client.request_uri())
    assert owner.answer(page, answer, request_id=request_id).status_code in {303, 400}


@pytest.mark.standard("RFC 6749", "4.1.2.1", "A denial is access_denied")
def test_denying_tells_the_client_and_remembers_nothing(app: Flask, owner: Owner, client: Client) -> None:
    answer = answer_of(owner.answer(owner.browser.get(client.request_uri()), "deny"))
    assert answer["error"] == "access_denied"
    with app.app_context():
        assert decided(owner.person.id, key_of(app, client)) == Decided()


def test_a_redirect_uri_that_the_app_removed_meanwhile_is_not_used(app: Flask, owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri())
    with app.app_context(), transaction() as session:
        session.execute(delete(RedirectUri))
    response = owner.answer(page, "allow")
    assert response.status_code == 400
    assert "removed this redirect URI" in response.text
