from flask import Flask
from sqlalchemy import select

from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading
from tests.oauth.parties import meet
from tests.operations.conftest import run_command


def test_an_app_that_is_not_there_cannot_be_verified(app: Flask) -> None:
    result = run_command(app, "apps", "verify", "cf_app_unknown")
    assert result.exit_code == 2
    assert "there is no app with the client ID cf_app_unknown" in result.output


def test_users_are_told_that_an_app_is_verified_until_it_is_withdrawn(app: Flask) -> None:
    owner, client = meet(app)
    client_id = client.registered.client_id
    unverified = "ContextFile has not verified"
    assert unverified in owner.browser.get(client.request_uri()).text
    assert run_command(app, "apps", "verify", client_id).stdout == f"Acme Notes ({client_id}) is verified.\n"
    assert unverified not in owner.browser.get(client.request_uri()).text
    run_command(app, "apps", "verify", client_id, "--withdraw")
    assert unverified in owner.browser.get(client.request_uri()).text


def test_its_developer_reads_who_verified_it_and_that_twice_is_once(app: Flask) -> None:
    _, client = meet(app)
    for _ in range(2):
        run_command(app, "apps", "verify", client.registered.client_id)
    with app.app_context(), reading() as session:
        events = session.scalars(select(SecurityEvent).where(SecurityEvent.text.contains("verified"))).all()
    assert [(event.actor, event.text) for event in events] == [("", "ContextFile has verified who makes it")]
