"""What else ends tokens at once: a disabled user, a suspended client, a removed consent, a deleted app."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, update

from portal.accounts.models import User
from portal.accounts.password_change import change_password
from portal.foundation.database import transaction
from portal.oauth.clients import find_client
from portal.oauth.consents import remove_consent
from portal.oauth.models import Client as ClientRow
from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner


def key_of(client: Client) -> int:
    found = find_client(client.registered.client_id)
    assert found
    return found.key


def disable_user(owner: Owner, client: Client) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.id == owner.person.id).values(disabled_at=1))


def suspend_client(owner: Owner, client: Client) -> None:
    with transaction() as session:
        row = ClientRow.client_id == client.registered.client_id
        session.execute(update(ClientRow).where(row).values(suspended_at=1))


def delete_client(owner: Owner, client: Client) -> None:
    with transaction() as session:
        session.execute(delete(ClientRow).where(ClientRow.client_id == client.registered.client_id))


def change_the_password(owner: Owner, client: Client) -> None:
    change_password(owner.person.id, "another password entirely")


def remove_access(owner: Owner, client: Client) -> None:
    assert remove_consent(owner.person.id, key_of(client))


@pytest.mark.standard(
    "ContextFile security rule", "42", "A password change, disabled user, deleted or suspended app ends the family"
)
@pytest.mark.standard("RFC 9700", "4.14.2", "A security event such as a password change revokes refresh tokens")
@pytest.mark.parametrize("end", [disable_user, suspend_client, delete_client, change_the_password, remove_access])
def test_every_code_and_token_is_dead_at_once(
    app: Flask, owner: Owner, client: Client, end: Callable[[Owner, Client], None]
) -> None:
    """RFC 9700 §4.14.2, OWASP ASVS 10.4.9."""
    tokens, code = client.obtain_tokens(owner), client.obtain_code(owner)
    with app.app_context():
        end(owner, client)
    assert client.call(tokens["access_token"]).status_code == 401
    assert client.refresh(tokens["refresh_token"]).status_code in {400, 401}
    assert client.exchange(code).status_code in {400, 401}


def test_removing_one_consent_leaves_other_people_and_apps_alone(app: Flask, owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    with app.app_context():
        assert not remove_consent(owner.person.id + 1, key_of(client))
        assert not remove_consent(owner.person.id, key_of(client) + 1)
    assert client.call(tokens["access_token"]).status_code == 200


@pytest.mark.standard("RFC 6749", "4.1.2.1", "A client that may not ask is told to the user and not redirected")
def test_a_suspended_client_cannot_ask_for_access(app: Flask, owner: Owner, client: Client) -> None:
    with app.app_context():
        suspend_client(owner, client)
    page = owner.browser.get(client.request_uri())
    assert page.status_code == 400
    assert "suspended" in page.text


def test_the_owner_of_a_suspended_client_sees_that_it_is(app: Flask) -> None:
    developer = Owner(app, make_person(app)).log_in()
    client = Client(app, make_client(app, developer.person))
    path = f"/developer/oauth-apps/{client.registered.client_id}"
    assert "Active" in developer.browser.get(path).text
    with app.app_context():
        suspend_client(developer, client)
    page = developer.browser.get(path).text
    assert "Suspended" in page
    assert "Active" not in page
