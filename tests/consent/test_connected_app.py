"""The page of one connected app: what it can do, its sessions, and its history."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from portal.foundation import audit
from portal.foundation.database import transaction
from portal.oauth.models import Authorization
from portal.oauth.models import Client as ClientRow
from tests.consent.connected import LIST, AppPage, address_of, key_of
from tests.factories import make_client, make_person
from tests.fixtures.statements import cost
from tests.oauth.parties import Client, Owner, meet

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOW = 1_800_000_000


@pytest.fixture
def page(owner: Owner, client: Client) -> AppPage:
    """The page of the client, which the owner has allowed nothing yet."""
    owner.browser.environ_base |= {"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": "203.0.113.9"}
    return AppPage(owner, client)


@pytest.mark.parametrize("key", ["x", "0", "-1", "9" * 30, "%00", str(2**63 - 1)])
def test_there_is_no_page_for_what_is_no_apps_key(owner: Owner, key: str) -> None:
    assert owner.browser.get(f"{LIST}/{key}").status_code == 404


def test_an_app_that_somebody_else_has_connected_has_no_page(app: Flask, owner: Owner, client: Client) -> None:
    client.obtain_tokens(owner)
    other = Owner(app, make_person(app)).log_in()
    assert other.browser.get(address_of(client)).status_code == 404
    assert owner.browser.get(address_of(client)).status_code == 200


def test_visitors_are_asked_to_sign_in(app: Flask, client: Client) -> None:
    address = address_of(client)
    assert app.test_client().get(address).headers["Location"] == f"/login?next={address}"


@pytest.mark.parametrize("owner_of_session", ["another user", "another app"])
def test_a_session_of_somebody_elses_or_of_another_app_cannot_be_ended_here(
    app: Flask, page: AppPage, owner_of_session: str
) -> None:
    page.client.obtain_tokens(page.owner)
    theirs = AppPage(*meet(app)) if owner_of_session == "another user" else AppPage(page.owner, meet(app)[1])
    tokens = theirs.client.obtain_tokens(theirs.owner)
    (address,) = theirs.sessions()
    if owner_of_session == "another app":
        address = address.replace(str(key_of(theirs.client)), str(key_of(page.client)))
    assert page.post(address).status_code == 404
    assert theirs.client.call(tokens["access_token"]).status_code == 200


@pytest.mark.parametrize("session", ["x", "0", "-1", "9" * 30, str(2**63 - 1)])
def test_what_is_no_session_cannot_be_ended(page: AppPage, session: str) -> None:
    page.client.obtain_tokens(page.owner)
    assert page.post(f"{page.address}/sessions/{session}/end").status_code == 404


def test_ending_a_session_needs_the_csrf_token(page: AppPage) -> None:
    tokens = page.client.obtain_tokens(page.owner)
    assert page.post(page.sessions()[0], csrf_token="wrong").status_code == 400
    assert page.client.call(tokens["access_token"]).status_code == 200


@pytest.mark.standard("ContextFile security rule", "21", "One session ends, its tokens are a 401 at once")
def test_ending_a_session_kills_its_tokens_and_no_others(page: AppPage) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        page.owner.log_in()
        first = page.client.obtain_tokens(page.owner)
        clock.shift(1)
        second = page.client.obtain_tokens(page.owner)
        latest, oldest = page.sessions()
        clock.shift(1)
        assert page.post(oldest).headers["Location"] == page.address
        assert page.client.call(first["access_token"]).status_code == 401
        assert page.client.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
        assert page.client.call(second["access_token"]).status_code == 200
        assert page.sessions() == [latest]
        assert page.history() == ["App’s session ended", "Access allowed", "Access allowed"]


def test_a_session_that_has_ended_meanwhile_is_ended_as_well(page: AppPage) -> None:
    """A double click, or two tabs: once is logged, and nobody sees an error."""
    page.client.obtain_tokens(page.owner)
    (address,) = page.sessions()
    assert [page.post(address).status_code for _ in range(2)] == [303, 303]
    assert page.history().count("App’s session ended") == 1
    assert "None: its tokens have expired or were ended." in page.section("sessions").text


def test_a_code_that_is_not_redeemed_yet_is_a_session_that_can_be_ended(page: AppPage) -> None:
    code = page.client.obtain_code(page.owner)
    assert "not used yet" in page.section("sessions").text
    page.post(page.sessions()[0])
    assert page.client.exchange(code).get_json()["error"] == "invalid_grant"


def test_sessions_that_no_longer_work_are_not_listed(app: Flask, page: AppPage) -> None:
    """Ended by their client, by a changed password, or by time."""
    tokens = page.client.obtain_tokens(page.owner)
    page.client.revoke(tokens["refresh_token"])
    assert page.sessions() == []
    page.client.obtain_tokens(page.owner)
    with app.app_context(), transaction() as session:
        session.execute(update(Authorization).values(credentials_version=Authorization.credentials_version - 1))
    assert page.sessions() == []
    assert "active session" not in page.owner.browser.get(LIST).text


def test_a_session_says_since_when_from_where_with_what_and_how_it_is_narrower(page: AppPage) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        page.owner.log_in()
        page.client.obtain_tokens(page.owner, scope="profile:read contexts:read")
        clock.shift(3600)
        page.client.obtain_tokens(page.owner, scope="contexts:read")
        narrow, wide = (row.text for row in page.section("sessions").find("li"))
    for text, hour in ((wide, "08:00"), (narrow, "09:00")):
        assert "Firefox on Linux · 203.0.113.0/24" in text
        assert f"Allowed 15 Jan 2027, {hour} UTC · last used 15 Jan 2027, {hour} UTC" in text
    assert "It can only view context files and their contents." in narrow
    assert "It can only" not in wide


def test_it_says_who_made_the_app_what_it_can_do_and_where_it_leads(app: Flask, page: AppPage) -> None:
    page.client.obtain_tokens(page.owner, scope="profile:read contexts:write skills:execute")
    assert [title.text for title in page.section("permissions").find("h3")] == [
        "View",
        "Change Changes your data",
        "Run Runs for you",
    ]
    facts = page.section("facts").text
    for words in ("Dana Developer", "ContextFile has not verified it.", "https://client.example", "client.example"):
        assert words in facts
    with app.app_context(), transaction() as session:
        session.scalars(select(ClientRow)).one().verified_at = NOW
    assert "ContextFile has verified who makes it." in page.section("facts").text


def test_an_app_that_registered_itself_is_nobodys(app: Flask, page: AppPage) -> None:
    page.client.obtain_tokens(page.owner)
    with app.app_context(), transaction() as session:
        row = session.scalars(select(ClientRow)).one()
        row.owner_id, row.origin = None, "registration"
    assert "It registered itself." in page.section("facts").text


def test_a_suspended_app_is_said_to_be(app: Flask, page: AppPage) -> None:
    page.client.obtain_tokens(page.owner)
    assert "suspended" not in page.open().document.text
    with app.app_context(), transaction() as session:
        session.scalars(select(ClientRow)).one().suspended_at = NOW
    assert "None of its tokens work until it is resumed." in page.open().document.text


def test_the_history_is_of_this_app_and_this_account_alone(app: Flask, page: AppPage) -> None:
    other, elsewhere = Owner(app, make_person(app)).log_in(), meet(app)[1]
    for owner, client in ((page.owner, page.client), (page.owner, elsewhere), (other, page.client)):
        client.obtain_tokens(owner)
    owner_of_app = AppPage(page.owner, Client(app, make_client(app, page.owner.person, name="My own")))
    owner_of_app.client.obtain_tokens(page.owner)
    assert page.history() == ["Access allowed"]
    assert owner_of_app.history() == ["Access allowed"], "what its developer did is not what its user did"


def test_the_history_has_pages_and_a_position_that_cannot_be_read_is_the_first(app: Flask, page: AppPage) -> None:
    page.client.obtain_tokens(page.owner)
    about = {"user_id": page.owner.person.id, "client_id": key_of(page.client), "app": "Acme Notes"}
    with app.app_context(), transaction() as session:
        for number in range(audit.PAGE_SIZE):
            audit.record(session, "app_denied", **about, text=f"number {number}")  # type: ignore[arg-type]
    first = page.section("history")
    (older,) = first.find("a", rel="next")
    rest = page.history(older["href"].removeprefix(page.address).partition("#")[0])
    assert len(first.find("li")) == audit.PAGE_SIZE
    assert len(rest) == 1
    for query in ("?older_than=x", "?older_than=1", f"?older_than=1.{2**63}"):
        assert len(page.history(query)) == audit.PAGE_SIZE
    assert "Nothing more on this side." in page.section("history", "?older_than=1.1").text


def test_a_hostile_name_is_text(app: Flask, owner: Owner) -> None:
    name = "<script>alert(1)</script>{{ 7*7 }}"
    page = AppPage(owner, Client(app, make_client(app, make_person(app), name=name)))
    page.client.obtain_tokens(owner)
    for address in (LIST, page.address):
        text = owner.browser.get(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text


def test_the_page_takes_as_many_statements_for_one_session_as_for_many(app: Flask, page: AppPage) -> None:
    page.client.obtain_tokens(page.owner)
    address = page.address
    once = cost(app, lambda: page.owner.browser.get(address))
    for _ in range(2):
        page.client.obtain_tokens(page.owner)
    assert cost(app, lambda: page.owner.browser.get(address)) == once
    assert once == ["SELECT"] * 7, "who is signed in; the app, its addresses, incidents, maker; sessions; history"
