"""What an operator has verified is a name at a site: another one has to be verified anew."""

import pytest
import time_machine
from flask import Flask

from portal.foundation import clock
from portal.oauth.client_verification import verify_client
from tests.factories import make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.document_server import DocumentServer
from tests.oauth.parties import Owner
from tests.oauth.publishers import Publisher
from tests.oauth.registrations import manage, party, registered, replacement

VERIFIED = "has verified who makes it"
CHANGES = [({"client_name": "Your Bank"}, False), ({"tos_uri": "https://x.example/"}, True)]


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The server of a developer's machine, which fetches from it too."""
    return make_app(client_documents_loopback=True)


def verify(app: Flask, client_id: str) -> None:
    with app.app_context():
        verify_client(client_id, verified=True)


@pytest.mark.parametrize(("change", "kept"), CHANGES)
def test_a_document_that_says_another_name(
    app: Flask, document_server: DocumentServer, change: dict[str, str], kept: bool
) -> None:
    owner, publisher = Owner(app, make_person(app)).log_in(), Publisher(document_server)
    client = publisher.client(app)
    owner.browser.get(client.request_uri())
    verify(app, client.registered.client_id)
    assert VERIFIED in owner.browser.get(client.request_uri()).text
    publisher.publish(**change)
    with time_machine.travel(clock.now() + 3601):
        assert (VERIFIED in owner.browser.get(client.request_uri()).text) == kept


@pytest.mark.parametrize(("change", "kept"), CHANGES)
def test_a_registration_that_is_replaced_by_another_name(app: Flask, change: dict[str, str], kept: bool) -> None:
    owner, registration = Owner(app, make_person(app)).log_in(), registered(app)
    address = party(app, registration).request_uri(scope="profile:read")
    verify(app, registration["client_id"])
    assert VERIFIED in owner.browser.get(address).text
    assert manage(app, registration, "PUT", replacement(registration, **change)).status_code == 200
    assert (VERIFIED in owner.browser.get(address).text) == kept
