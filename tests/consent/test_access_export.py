"""What an account's export says of connected apps."""

import json

import time_machine
from flask import Flask

from portal.accounts.data_export import export_everything
from tests.consent.connected import AppPage, key_of
from tests.factories import make_person
from tests.oauth.parties import Client, Owner

AT = "2027-01-15T08:00:00Z"


def export_of(owner: Owner) -> list[dict[str, object]]:
    with owner.app.app_context():
        exported = json.loads(json.dumps(export_everything(owner.person.id)))
    found: list[dict[str, object]] = exported["connected_apps"]
    return found


def test_it_has_what_this_account_allowed_with_its_sessions_and_no_key_of_a_token(
    app: Flask, owner: Owner, client: Client
) -> None:
    owner.browser.environ_base |= {"HTTP_USER_AGENT": "Testing/1", "REMOTE_ADDR": "203.0.113.9"}
    with time_machine.travel(1_800_000_000, tick=False):
        owner.log_in()
        client.obtain_tokens(owner, scope="profile:read contexts:read")
        page = AppPage(owner, client)
        page.keep("profile:read")
        (session_address,) = page.sessions()
    client.obtain_tokens(Owner(app, make_person(app)).log_in())
    exported = export_of(owner)
    assert exported == [
        {
            "name": "Acme Notes",
            "client_id": client.registered.client_id,
            "scope": "profile:read",
            "left_out": "contexts:read",
            "allowed_at": AT,
            "last_used_at": AT,
            "sessions": exported[0]["sessions"],
        }
    ]
    assert session_address.split("/")[-2] not in json.dumps(exported), "whoever knows a session's key can end it"
    assert str(key_of(client)) not in json.dumps(exported)


def test_a_session_has_when_and_where_it_was_allowed(owner: Owner, client: Client) -> None:
    owner.browser.environ_base |= {"HTTP_USER_AGENT": "Testing/1", "REMOTE_ADDR": "203.0.113.9"}
    now = 1_800_000_000
    with time_machine.travel(now, tick=False):
        owner.log_in()
        client.obtain_tokens(owner, scope="profile:read")
        (app,) = export_of(owner)
    session = {"allowed_at": AT, "last_used_at": AT, "scope": "profile:read", "network": "203.0.113.0/24"}
    assert app["sessions"] == [{**session, "browser": "Testing/1"}]


def test_it_is_empty_for_who_has_connected_nothing(owner: Owner) -> None:
    assert export_of(owner) == []
