"""The playground's redirect URI: of every app, for its own developer alone."""

from flask import Flask
from sqlalchemy import select, update

from portal.foundation.database import transaction
from portal.oauth.models import Client as ClientRow
from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner, answer_of

CALLBACK = "http://127.0.0.1:5000/developer/playground/callback"


def own_client(app: Flask) -> tuple[Owner, Client]:
    """A developer and their own app."""
    developer = Owner(app, make_person(app)).log_in()
    return developer, Client(app, make_client(app, developer.person), redirect_uri=CALLBACK)


def test_somebody_else_is_never_sent_there(app: Flask, owner: Owner, client: Client) -> None:
    for prompt in (None, "none", "login"):
        page = owner.browser.get(client.request_uri(redirect_uri=CALLBACK, prompt=prompt))
        assert page.status_code == 400
        assert "Location" not in page.headers
        assert "developer" in page.text


def test_a_client_without_an_owner_has_no_playground(app: Flask, owner: Owner, client: Client) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(ClientRow).values(owner_id=None, origin="registration"))
    page = owner.browser.get(client.request_uri(redirect_uri=CALLBACK))
    assert page.status_code == 400
    assert "not one that this app has registered" in page.text


def test_a_request_that_was_shown_to_the_developer_is_nobody_elses_to_answer(app: Flask) -> None:
    developer, client = own_client(app)
    page = developer.browser.get(client.request_uri())
    with app.app_context(), transaction() as session:
        session.scalars(select(ClientRow)).one().owner_id = make_person(app).id
    assert "Location" not in developer.answer(page, "allow").headers


def test_the_developer_gets_a_code_there(app: Flask) -> None:
    developer, client = own_client(app)
    answer = answer_of(developer.answer(developer.browser.get(client.request_uri()), "allow"))
    assert client.exchange(answer["code"]).status_code == 200


def test_it_is_no_default_redirect_uri(app: Flask) -> None:
    developer, client = own_client(app)
    page = developer.browser.get(client.request_uri(redirect_uri=None))
    assert answer_of(developer.answer(page, "deny"))["error"] == "access_denied"
    assert (
        "client.example"
        in developer.answer(developer.browser.get(client.request_uri(redirect_uri=None)), "deny").headers["Location"]
    )


def test_only_the_exact_uri_is(app: Flask) -> None:
    developer, client = own_client(app)
    for uri in (f"{CALLBACK}/", f"{CALLBACK}?x=y", CALLBACK.replace("127.0.0.1", "localhost")):
        assert developer.browser.get(client.request_uri(redirect_uri=uri)).status_code == 400
