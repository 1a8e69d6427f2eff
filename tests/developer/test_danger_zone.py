"""The danger zone says whom a step touches, before and after; what a form may not do comes first."""

import pytest
from flask import Flask

from portal.oauth.client_profiles import get_client
from tests.accounts.documents import Page
from tests.accounts.stored import count_rows, dump
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_buttons import danger, form_of, landed, values_of
from tests.developer.app_form import APPS, edits, registered
from tests.factories import Person, make_client, make_person
from tests.oauth.parties import Client, Owner


@pytest.fixture
def client(app: Flask, ada: Person) -> Client:
    """Ada's app."""
    return Client(app, make_client(app, ada))


@pytest.fixture
def client_id(client: Client) -> str:
    return client.registered.client_id


@pytest.fixture
def uma(app: Flask, client: Client) -> Owner:
    """Somebody who has allowed it twice."""
    uma = Owner(app, make_person(app)).log_in()
    client.obtain_tokens(uma)
    client.obtain_tokens(uma)
    return uma


ACTIONS = ("suspend", "resume", "revoke-all-access", "delete")


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_else_can_end_anything_of_an_app(app: Flask, uma: Owner, client_id: str, action: str) -> None:
    stranger = visit_signed_in(app, make_person(app))
    assert stranger.request(f"{APPS}/{client_id}/danger-zone").status_code == 404
    form = values_of(form_of(stranger.open("/"), "/logout")) | {"typed_name": "Acme Notes"}
    before = dump(app)
    for identifier in (client_id, "cf_app_x", "%00", "x" * 3000):
        assert stranger.request(f"{APPS}/{identifier}/{action}", "POST", data=form).status_code == 404
    assert dump(app) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_an_address_that_is_only_opened_does_nothing(developer: Visitor, client_id: str, action: str) -> None:
    assert developer.request(f"{APPS}/{client_id}/{action}").status_code == 405


@pytest.mark.parametrize("typed", ["acme notes", "Acme", "Acme Notes.", "AcmeNotes", "Аcme Notes", "<b>Acme Notes</b>"])
def test_an_app_is_not_deleted_by_another_name_and_the_message_says_which_was_typed(
    app: Flask, developer: Visitor, client_id: str, typed: str
) -> None:
    page = Page(danger(developer, client_id, "/delete", typed_name=typed))
    assert page.status == 422
    for place in (page.document.find(role="alert")[0], page.document.by_id("typed_name-error")):
        assert f"You typed “{' '.join(typed.split())}”; the app’s name is “Acme Notes”." in place.text
    assert page.document.by_id("typed_name")["value"] == typed
    assert len(registered(app)) == 1


@pytest.mark.parametrize("name", ["Acme  Notes", "Acme\u00a0Notes", "Acme \u3000Notes"])
def test_a_name_is_typed_as_it_reads_whatever_its_spaces_are(
    app: Flask, ada: Person, developer: Visitor, name: str
) -> None:
    client_id = make_client(app, ada, name=name).client_id
    assert danger(developer, client_id, "/delete", typed_name="Acme Notes").status_code == 303
    assert registered(app) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "You typed nothing"), ("x" * 201, "200"), ("Acme\0Notes", "U+0000"), ("Acme Notes\u202e", "U+202E")],
)
def test_a_name_that_cannot_be_one_is_refused_too(
    app: Flask, developer: Visitor, client_id: str, typed: str, words: str
) -> None:
    page = Page(danger(developer, client_id, "/delete", typed_name=typed))
    assert page.status == 422
    assert words in page.document.by_id("typed_name-error").text
    assert danger(developer, client_id, "/delete", typed_name=None).status_code == 422
    assert len(registered(app)) == 1


def test_the_page_says_whom_each_step_touches(developer: Visitor, uma: Owner, client_id: str) -> None:
    page = developer.open(f"{APPS}/{client_id}/danger-zone")
    assert page.text.count("1 user and 2 live authorizations") == 4  # in the lead, and at each of the three


def test_suspending_says_whom_it_touched_and_resuming_undoes_it(
    app: Flask, ada: Person, developer: Visitor, uma: Owner, client_id: str
) -> None:
    page = landed(developer, danger(developer, client_id, "/suspend"))
    assert "The app is suspended. Nothing works any more for 1 user and 2 live authorizations." in page.text
    assert "Suspend the app" not in page.text
    assert "This app is suspended." in developer.open(f"{APPS}/{client_id}").text
    with app.app_context():
        assert get_client(ada.id, client_id).suspended_at
    page = landed(developer, danger(developer, client_id, "/resume"))
    assert "The app works again, for 1 user and 2 live authorizations." in page.text
    with app.app_context():
        assert get_client(ada.id, client_id).suspended_at is None


def test_doing_it_twice_does_no_more(app: Flask, developer: Visitor, client_id: str) -> None:
    page = developer.open(f"{APPS}/{client_id}/danger-zone")
    form = values_of(form_of(page, "/suspend"))
    for action, told in (("suspend", "already suspended"), ("resume", "was not suspended")):
        for _ in range(2):
            answer = developer.request(f"{APPS}/{client_id}/{action}", "POST", data=form)
            page = landed(developer, answer)
        assert told in page.text
    assert len(edits(app)) == 3  # registered, suspended, resumed


def test_revoking_all_access_says_whom_it_touched(developer: Visitor, uma: Owner, client_id: str) -> None:
    page = landed(developer, danger(developer, client_id, "/revoke-all-access"))
    assert "All access is revoked: 1 user and 2 live authorizations ended." in page.text
    assert page.text.count("0 users and 0 live authorizations") == 4


@pytest.mark.parametrize("typed", ["Acme Notes", "  Acme Notes\t"])
def test_an_app_is_deleted_by_its_name_with_all_that_is_its_own(
    app: Flask, ada: Person, developer: Visitor, uma: Owner, client: Client, client_id: str, typed: str
) -> None:
    make_client(app, ada, name="Pocket Writer")
    uma.browser.get(client.request_uri(prompt="consent"))
    page = landed(developer, danger(developer, client_id, "/delete", typed_name=typed))
    assert page.title == "OAuth Apps"
    assert "Acme Notes is deleted. 1 user and 2 live authorizations ended with it." in page.text
    assert [client.name for client in registered(app)] == ["Pocket Writer"]
    assert developer.request(f"{APPS}/{client_id}").status_code == 404
    for table in ("consents", "authorizations", "pending_requests"):
        assert count_rows(app, table) == 0
    for table in ("client_secrets", "redirect_uris"):
        assert count_rows(app, table) == 1
