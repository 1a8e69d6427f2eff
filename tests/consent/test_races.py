"""Allowing and removing at the same time: nothing live is ever out of sight (both databases)."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from portal.foundation.database import transaction
from portal.oauth.clients import find_client
from portal.oauth.connected_clients import list_connected
from portal.oauth.consents import remember, remove_consent
from portal.oauth.tokens import find, issue_code
from tests.oauth.parties import Client, Owner

ROUNDS = 20


def test_an_approval_that_meets_a_removal_is_dead_or_listed(app: Flask, owner: Owner, client: Client) -> None:
    with app.app_context():
        found = find_client(client.registered.client_id)
    assert found
    user_id, key, scope = owner.person.id, found.key, frozenset({"profile:read"})

    def allow() -> str:
        with app.app_context(), transaction() as session:
            remember(session, user_id, key, scope, pkce=True)
            return issue_code(
                session, client_key=key, user_id=user_id, scope="profile:read", redirect_uri=None, code_challenge=None
            )

    def remove() -> None:
        with app.app_context():
            remove_consent(user_id, key)

    with ThreadPoolExecutor(4) as pool:
        for _ in range(ROUNDS):
            allow()
            removing, allowing = pool.submit(remove), pool.submit(allow)
            removing.result()
            code = allowing.result()
            with app.app_context():
                presented, listed = find(code), list_connected(user_id)
            assert presented
            assert presented.closed or listed, "a live authorization that nobody can see"
