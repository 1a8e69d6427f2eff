"""Another kind of app: with the type its secrets come and go, after a recent log-in, and the page says so."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from portal.accounts.fresh_sign_in import FRESH_SECONDS
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_buttons import landed, press
from tests.developer.app_form import APPS, edits, registered
from tests.factories import Person, make_client
from tests.oauth.parties import Client, assert_error

DEVICE, NATIVE, WEB = "Device or command line", "Single-page, mobile or desktop app", "Web server"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still."""
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


@pytest.fixture
def visitor(app: Flask, ada: Person) -> Visitor:
    """Ada's browser, in which she has just signed in."""
    return visit_signed_in(app, ada)


def make(app: Flask, ada: Person, type_: str) -> Client:
    return Client(app, make_client(app, ada, type=type_))


def address(client: Client) -> str:
    return f"{APPS}/{client.registered.client_id}/settings"


def choose(visitor: Visitor, client: Client, kind: str) -> Page:
    return landed(visitor, press(visitor, visitor.open(address(client)), "/settings/kind", kind=kind))


@pytest.mark.parametrize(("type_", "kind"), [("confidential", "native"), ("confidential", "device"), ("public", "web")])
def test_another_type_needs_a_recent_log_in_and_the_page_says_so_before(
    app: Flask, ada: Person, visitor: Visitor, clock: time_machine.Traveller, type_: str, kind: str
) -> None:
    client = make(app, ada, type_)
    again = "You will be asked to log in again first."
    assert again not in visitor.open(address(client)).text
    clock.shift(FRESH_SECONDS + 1)
    assert again in visitor.open(address(client)).text
    assert choose(visitor, client, kind).title == "Log in again"
    (stored,) = registered(app)
    assert (stored.type, len(stored.secrets)) == (type_, int(type_ == "confidential"))
    assert [kind for kind, _, _ in edits(app)] == ["registered"]


def test_another_kind_of_the_same_type_needs_none(
    app: Flask, ada: Person, visitor: Visitor, clock: time_machine.Traveller
) -> None:
    client = make(app, ada, "public")
    clock.shift(FRESH_SECONDS + 1)
    assert "The app’s kind is now “Device or command line”." in choose(visitor, client, "device").text
    assert (registered(app)[0].kind, registered(app)[0].type) == ("device", "public")
    assert ("edited", "Ada Lovelace", f"Kind was {NATIVE} (public), is {DEVICE} (public)") in edits(app)


def test_going_public_deletes_the_secrets_and_says_so_before_and_after(
    app: Flask, ada: Person, visitor: Visitor
) -> None:
    client = make(app, ada, "confidential")
    last_four = registered(app)[0].secrets[0].last_four
    assert visitor.open(address(client)).text.count("Changing to this deletes its client secret at once") == 2
    page = choose(visitor, client, "native")
    assert "and it is public. Its client secret is deleted" in page.text
    (stored,) = registered(app)
    assert (stored.kind, stored.type, stored.secrets) == ("native", "public", [])
    assert {text for kind, actor, text in edits(app) if kind != "registered" and actor == "Ada Lovelace"} == {
        f"Kind was {WEB} (confidential), is {NATIVE} (public)",
        f"Deleted cf_cs_…{last_four}: a public app has no secret",
    }
    assert {kind for kind, _, _ in edits(app)} == {"registered", "edited", "secret"}
    assert_error(client.exchange("cf_ac_x"), "invalid_client", status=401)


def test_going_confidential_leaves_no_secret_and_keeps_pkce_and_says_so_before_and_after(
    app: Flask, ada: Person, visitor: Visitor
) -> None:
    client = make(app, ada, "public")
    assert "refused until you create one on the Overview" in visitor.open(address(client)).text
    page = choose(visitor, client, "web")
    assert "and it is confidential. It has no client secret yet" in page.text
    (stored,) = registered(app)
    assert (stored.kind, stored.type, stored.secrets, stored.require_pkce) == ("web", "confidential", [], True)
    assert ("edited", "Ada Lovelace", f"Kind was {NATIVE} (public), is {WEB} (confidential)") in edits(app)
    assert_error(client.exchange("cf_ac_x"), "invalid_client", status=401)


def test_an_app_without_a_secret_goes_public_without_a_word_of_any(app: Flask, ada: Person, visitor: Visitor) -> None:
    client = make(app, ada, "public")
    choose(visitor, client, "web")
    assert "deletes" not in visitor.open(address(client)).text
    assert "and it is public. Calls that send a secret are refused" in choose(visitor, client, "native").text
    assert [kind for kind, _, _ in edits(app)].count("secret") == 0
