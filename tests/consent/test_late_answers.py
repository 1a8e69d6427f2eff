"""Answers that come twice, late, or after the person has logged out or become somebody else: each ends well."""

from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Delete, Update, delete, update
from werkzeug.test import TestResponse

from portal.foundation.database import transaction
from portal.oauth.authorization import KEPT_SECONDS
from portal.oauth.models import Client as ClientRow
from portal.oauth.models import RedirectUri
from tests.accounts.stored import count_rows
from tests.factories import make_person
from tests.fixtures.purging import purge_all
from tests.oauth.parties import STATE, Client, Owner, answer_of, form_value


def asked(response: TestResponse) -> dict[str, list[str]]:
    """The authorization request that a redirect leads to."""
    location = urlsplit(response.headers["Location"])
    assert location.path == "/oauth/authorize"
    return parse_qs(location.query)


def test_a_second_click_gets_the_same_code_again(app: Flask, owner: Owner, client: Client) -> None:
    """Browsers follow only the last of two answers; the code is made again, and never stored."""
    page = owner.browser.get(client.request_uri())
    first, second = owner.answer(page, "allow"), owner.answer(page, "allow")
    assert second.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]
    assert count_rows(app, "authorizations") == 1
    assert client.exchange(answer_of(second)["code"]).status_code == 200


def test_a_second_click_after_the_code_was_used_ends_nothing(owner: Owner, client: Client) -> None:
    """The code again would look stolen to the token endpoint, which would end what the first one was given."""
    page = owner.browser.get(client.request_uri())
    tokens = client.exchange(answer_of(owner.answer(page, "allow"))["code"]).get_json()
    again = owner.answer(page, "allow")
    assert again.status_code == 400
    assert "You have answered already" in again.text
    assert "Location" not in again.headers
    assert client.call(tokens["access_token"]).status_code == 200


@pytest.mark.parametrize("answer", ["allow", "deny"])
@pytest.mark.parametrize("change", [update(ClientRow).values(suspended_at=1), delete(RedirectUri)])
def test_a_second_click_goes_no_more_where_the_app_may_not_be(
    app: Flask, owner: Owner, client: Client, answer: str, change: Update | Delete
) -> None:
    """An address that was taken out may be somebody else's by now."""
    page = owner.browser.get(client.request_uri())
    assert owner.answer(page, answer).status_code == 303
    with app.app_context(), transaction() as session:
        session.execute(change)
    assert owner.answer(page, answer).status_code == 400


def test_a_second_click_after_the_code_has_expired_gives_none(owner: Owner, client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        page = owner.browser.get(client.request_uri())
        assert owner.answer(page, "allow").status_code == 303
        clock.shift(61)
        assert owner.answer(page, "allow").status_code == 400


@pytest.mark.parametrize(("first", "then"), [("deny", "allow"), ("deny", "deny"), ("allow", "deny")])
def test_the_first_answer_stands(owner: Owner, client: Client, first: str, then: str) -> None:
    page = owner.browser.get(client.request_uri())
    answered = owner.answer(page, first)
    assert owner.answer(page, then).headers["Location"] == answered.headers["Location"]


def test_two_tabs_are_two_requests(owner: Owner, client: Client) -> None:
    pages = [owner.browser.get(client.request_uri(state=state)) for state in ("one", "two")]
    answers = [answer_of(owner.answer(page, "allow")) for page in pages]
    assert [answer["state"] for answer in answers] == ["one", "two"]
    assert [client.exchange(answer["code"]).status_code for answer in answers] == [200, 200]


def test_a_request_that_expired_can_be_put_anew(app: Flask, owner: Owner, client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        page = owner.browser.get(client.request_uri())
        clock.shift(600)
        late = owner.answer(page, "allow")
        assert late.status_code == 400
        assert "expired" in late.text
        assert "Acme Notes" in late.text
        link = late.text.partition('class="button" href="')[2].partition('"')[0].replace("&amp;", "&")
        again = owner.browser.get(link)
        answer = answer_of(owner.answer(again, "allow"))
        assert answer["state"] == STATE
        assert client.exchange(answer["code"]).status_code == 200
        clock.shift(KEPT_SECONDS + 600)
        owner.log_in()
        purge_all(app)
        assert "Show the request again" not in owner.answer(page, "allow", csrf_token=csrf_of(owner)).text


def csrf_of(owner: Owner) -> str:
    return form_value(owner.browser.get("/settings/connected-apps"), "csrf_token")


def test_whoever_was_logged_out_meanwhile_logs_in_and_is_asked_again(app: Flask, owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri())
    owner.browser.post("/logout", data={"csrf_token": form_value(page, "csrf_token")})
    answered = owner.answer(page, "allow")
    assert asked(answered)["state"] == [STATE]
    assert count_rows(app, "authorizations") == 0
    form = owner.browser.get(answered.headers["Location"], follow_redirects=True)
    assert form.request.path == "/login"
    fields = {name: form_value(form, name) for name in ("csrf_token", "next")}
    entered = owner.browser.post(
        "/login", data={**fields, "email": owner.person.email, "password": owner.person.password}
    )
    assert asked(entered)["state"] == [STATE]
    again = owner.browser.get(entered.headers["Location"])
    code = answer_of(owner.answer(again, "allow"))["code"]
    assert client.exchange(code).status_code == 200, "with the verifier and redirect URI of the first request"


@pytest.mark.standard("ContextFile security rule", "58", "Another site logs nobody out")
def test_an_answer_that_another_site_sends_leaves_the_session_as_it_is(
    app: Flask, owner: Owner, client: Client
) -> None:
    """The browser sends such a POST without its cookie, but takes whichever it gets for it."""
    page = owner.browser.get(client.request_uri())
    form = {"request_id": form_value(page, "request_id"), "answer": "allow"}
    sent = app.test_client().post("/oauth/authorize", data=form, headers={"Origin": "https://another.example"})
    assert asked(sent)["state"] == [STATE]
    assert "Set-Cookie" not in sent.headers


@pytest.mark.standard("ContextFile security rule", "18", "Whoever logs in midway is asked in their own name")
def test_whoever_became_somebody_else_meanwhile_is_asked_in_their_own_name(
    app: Flask, owner: Owner, client: Client
) -> None:
    page = owner.browser.get(client.request_uri())
    owner.browser.post("/logout", data={"csrf_token": form_value(page, "csrf_token")})
    owner.person = make_person(app, name="Bea Other")
    owner.log_in()
    answered = owner.answer(page, "allow")
    assert asked(answered)["state"] == [STATE]
    assert count_rows(app, "authorizations") == 0
    again = owner.browser.get(answered.headers["Location"])
    assert "Bea Other" in again.text
    assert "nothing was answered" in again.text
    assert "code" in answer_of(owner.answer(again, "allow"))
