"""Letters to the people who approve: access for the first time, and access that the server has ended by itself."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading, transaction
from portal.oauth.models import Client as ClientRow
from tests.accounts.letters import letters, link_in, text_of
from tests.consent.connected import LIST, AppPage, address_of, key_of
from tests.factories import make_client, make_person
from tests.fixtures.statements import cost
from tests.oauth.parties import Client, Owner

ENDED = "We ended a session of “Acme Notes” with your ContextFile account"
REUSES = ["code_reuse", "refresh_token_reuse"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is 15 Jan 2027, 08:00 UTC, before anybody logs in."""
    with time_machine.travel(1_800_000_000, tick=False) as traveller:
        yield traveller


def received(owner: Owner) -> list[EmailMessage]:
    return letters(owner.app, owner.person.email)


def ended(owner: Owner) -> list[EmailMessage]:
    return [letter for letter in received(owner) if letter["Subject"] == ENDED]


def html_of(letter: EmailMessage) -> str:
    body = letter.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def words_of(letter: EmailMessage) -> str:
    """Its text, however its lines are broken."""
    return " ".join(text_of(letter).split())


def reuse(client: Client, owner: Owner, reason: str, clock: time_machine.Traveller) -> None:
    """Get tokens, and use the code or the first refresh token again, twice: all of them are dead."""
    code = client.obtain_code(owner)
    tokens = client.exchange(code).get_json()
    if reason == "refresh_token_reuse":
        client.refresh(tokens["refresh_token"])
        clock.shift(11)
    for _ in range(2):
        again = client.exchange(code) if reason == "code_reuse" else client.refresh(tokens["refresh_token"])
        assert again.get_json()["error"] == "invalid_grant"
    assert client.call(tokens["access_token"]).status_code == 401


def test_nobody_is_written_to_who_refuses(owner: Owner, client: Client) -> None:
    owner.answer(owner.browser.get(client.request_uri()), "deny")
    assert received(owner) == []


def test_the_first_access_is_told_once_and_again_after_it_was_removed(owner: Owner, client: Client) -> None:
    for _ in range(2):
        client.obtain_tokens(owner)
        assert len(received(owner)) == 1
    page = AppPage(owner, client)
    assert page.post(f"{page.address}/remove").status_code == 303
    client.obtain_tokens(owner)
    assert len(received(owner)) == 2


def test_a_first_access_says_which_app_what_it_may_do_where_it_leads_and_how_to_undo_it(
    owner: Owner, client: Client
) -> None:
    client.obtain_tokens(owner, scope="profile:read contexts:write")
    (letter,) = received(owner)
    assert letter["Subject"] == "“Acme Notes” can now access your ContextFile account"
    for words in (
        "You allowed the app “Acme Notes” to access your ContextFile account.",
        "It can: view basic profile information; create, update, and delete context files.",
        "It cannot run anything, and cannot see your password",
        "When: 15 Jan 2027, 08:00 UTC",
        "It sent you to: client.\u2060example",
        "Was this not you?",
        "Remove the access of “Acme Notes”: its tokens stop working at once.",
    ):
        assert words in words_of(letter)
    link = link_in(letter, LIST)
    assert link == address_of(client)
    assert "Yes, remove access" in owner.browser.get(link).text


@pytest.mark.parametrize("reason", REUSES)
def test_reuse_is_told_once_says_what_to_do_and_is_in_the_history(
    owner: Owner, client: Client, reason: str, clock: time_machine.Traveller
) -> None:
    reuse(client, owner, reason, clock)
    (letter,) = ended(owner)
    happened = {
        "code_reuse": "The one-time code with which “Acme Notes” gets access was used twice.",
        "refresh_token_reuse": "One that had been replaced was used again.",
    }[reason]
    for words in (
        happened,
        "Its tokens stopped working at once.",
        "If you use “Acme Notes”, connect again from the app",
        "If you do not recognise “Acme Notes”, or no longer use it, remove its access.",
        "When: 15 Jan 2027, 08:00 UTC",
    ):
        assert words in words_of(letter)
    assert link_in(letter, LIST) == address_of(client)
    with owner.app.app_context(), reading() as session:
        event = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == reason)).one()
    assert (event.user_id, event.client_id) == (owner.person.id, key_of(client))
    assert event.app == "Acme Notes"
    happened_once = [what for what in AppPage(owner, client).history() if what.startswith("Access ended")]
    assert len(happened_once) == 1


def test_what_a_client_or_a_user_ends_themselves_is_no_reuse(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    client.revoke(tokens["refresh_token"])
    assert client.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    client.obtain_tokens(owner)
    page = AppPage(owner, client)
    page.post(page.sessions()[0])
    assert ended(owner) == []


def test_only_reuse_costs_more_than_the_ending_itself(app: Flask, owner: Owner, client: Client) -> None:
    tokens, code = client.obtain_tokens(owner), client.obtain_code(owner)
    client.exchange(code)
    assert cost(app, lambda: client.revoke(tokens["refresh_token"])) == ["SELECT", "UPDATE", "COMMIT"]
    first = cost(app, lambda: client.exchange(code))
    assert sorted(first) == ["COMMIT", "INSERT", "INSERT", "SELECT", "SELECT", "UPDATE"]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "https://evil.example/login", "pay@evil.example {{ 7*7 }}"]
)
def test_a_hostile_name_is_text_and_no_link(app: Flask, owner: Owner, name: str, clock: time_machine.Traveller) -> None:
    client = Client(app, make_client(app, make_person(app), name=name))
    reuse(client, owner, "code_reuse", clock)
    both = received(owner)
    assert len(both) == 2
    for letter in both:
        html = html_of(letter)
        assert "<script" not in html
        assert "49" not in letter["Subject"]
        for text in (words_of(letter), html, letter["Subject"]):
            assert name not in text, "mail programs make links of addresses"
            assert "evil.example" not in text
        assert name in words_of(letter).replace("\u2060", ""), "and yet it reads the same"


def test_a_letter_for_an_account_that_is_gone_is_written_to_nobody(app: Flask, owner: Owner, client: Client) -> None:
    client.obtain_tokens(owner)
    with app.app_context(), transaction() as session:
        session.execute(delete(User).where(User.id == owner.person.id))
    assert received(owner) == []


@pytest.mark.parametrize("reason", REUSES)
def test_a_letter_about_an_app_that_is_gone_is_written_all_the_same(
    owner: Owner, client: Client, reason: str, clock: time_machine.Traveller
) -> None:
    reuse(client, owner, reason, clock)
    with owner.app.app_context(), transaction() as session:
        session.execute(delete(ClientRow))
    assert len(ended(owner)) == 1
