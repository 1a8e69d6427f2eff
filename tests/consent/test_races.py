"""Allowing and removing at the same time: nothing live is ever out of sight (both databases)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from flask import Flask

from portal.accounts.account_deletion import delete_account
from portal.foundation.database import transaction
from portal.oauth.authorization import AnsweredOrExpired, answer
from portal.oauth.clients import find_client
from portal.oauth.connected_clients import list_connected
from portal.oauth.consents import remember, remove_consent
from portal.oauth.presented import find
from portal.oauth.tokens import issue_code
from tests.factories import make_person
from tests.oauth.parties import Client, Owner, form_value

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


def test_an_account_is_deleted_while_it_allows_an_app(app: Flask, client: Client) -> None:
    """Both are done, or the answer comes too late; neither is cut off for the other (PostgreSQL: deadlock)."""

    def allow(pending_id: int, user_id: int, session_key: str) -> None:
        with app.app_context(), suppress(AnsweredOrExpired):
            answer(pending_id, user_id, session_key, allow=True)

    def delete(user_id: int) -> None:
        with app.app_context():
            delete_account(user_id)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            owner = Owner(app, make_person(app)).log_in()
            pending_id = int(form_value(owner.browser.get(client.request_uri()), "request_id"))
            with owner.browser.session_transaction() as cookie:
                allowing = pool.submit(allow, pending_id, owner.person.id, cookie["_user_id"])
            deleting = pool.submit(delete, owner.person.id)
            allowing.result()
            deleting.result()
