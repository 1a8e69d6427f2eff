"""Failed calls are noted for the client's owner, with their cause, and without anything secret."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.foundation.database import reading, transaction
from portal.oauth.client_events import CAUSES
from portal.oauth.clients import mint_client_id, mint_secret
from portal.oauth.event_models import ClientEvent
from portal.oauth.models import Client as ClientRow
from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner

START = 1_800_000_000
OAUTH = Path(__file__).parents[2] / "portal" / "oauth"


def failures(app: Flask) -> list[ClientEvent]:
    """What was noted, the oldest first."""
    app.extensions["recorder"].write()
    with app.app_context(), reading() as session:
        return list(session.scalars(select(ClientEvent).filter_by(kind="failure").order_by(ClientEvent.at)))


def only(app: Flask) -> ClientEvent:
    (failure,) = failures(app)
    assert failure.cause in CAUSES
    return failure


def authorize(**changes: str | None) -> Callable[[Owner, Client], object]:
    return lambda owner, client: owner.browser.get(client.request_uri(**changes))


def exchange(**changes: str | None) -> Callable[[Owner, Client], object]:
    return lambda owner, client: client.exchange(client.obtain_code(owner), **changes)


def exchange_twice(owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner)
    client.exchange(code)
    client.exchange(code)


def exchange_late(owner: Owner, client: Client) -> None:
    with time_machine.travel(START, tick=False):
        code = client.obtain_code(owner.log_in())
    with time_machine.travel(START + 61, tick=False):
        client.exchange(code)


def refresh_with_a_replaced_token(owner: Owner, client: Client) -> None:
    with time_machine.travel(START, tick=False):
        token = client.obtain_tokens(owner.log_in())["refresh_token"]
        client.refresh(token)
    with time_machine.travel(START + 3600, tick=False):
        client.refresh(token)


def refresh_after_revocation(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["refresh_token"]
    client.revoke(token)
    client.refresh(token)


def suspend(owner: Owner, client: Client) -> None:
    with client.app.app_context(), transaction() as session:
        session.scalars(select(ClientRow)).one().suspended_at = START
    owner.browser.get(client.request_uri())


def send_json(_owner: Owner, client: Client) -> None:
    client.app.test_client().post("/api/oauth/token", json={"client_id": client.registered.client_id})


def send_in_the_address(_owner: Owner, client: Client) -> None:
    client.app.test_client().post(f"/api/oauth/token?client_id={client.registered.client_id}")


def send_basic_without_a_token(_owner: Owner, client: Client) -> None:
    pair = base64.b64encode(f"{client.registered.client_id}:{client.registered.client_secret}".encode()).decode()
    client.app.test_client().post("/api/oauth/introspect", data={"x": "y"}, headers={"Authorization": f"Basic {pair}"})


CASES: list[tuple[Callable[[Owner, Client], object], str, str]] = [
    (authorize(redirect_uri="https://client.example/Callback"), "authorize", "redirect_uri_mismatch"),
    (authorize(scope="nonsense"), "authorize", "scope_unknown"),
    (authorize(scope=None), "authorize", "scope_missing"),
    (authorize(code_challenge_method="plain"), "authorize", "pkce_unusable"),
    (authorize(response_type="token"), "authorize", "unsupported_response_type"),
    (authorize(prompt="none"), "authorize", "consent_required"),
    (suspend, "authorize", "client_suspended"),
    (exchange(client_secret=mint_secret()), "token", "secret_wrong"),
    (exchange(client_secret="cf_cs_half"), "token", "secret_malformed"),
    (exchange(client_secret=None), "token", "secret_missing"),
    (exchange(code_verifier="x" * 43), "token", "pkce_mismatch"),
    (exchange(redirect_uri="https://client.example/"), "token", "redirect_uri_changed"),
    (exchange(code="cf_ac_half"), "token", "code_malformed"),
    (exchange(grant_type="password"), "token", "unsupported_grant_type"),
    (exchange_twice, "token", "code_reuse"),
    (exchange_late, "token", "code_expired"),
    (send_json, "token", "not_form_encoded"),
    (send_in_the_address, "token", "in_the_address"),
    (lambda _, client: client.refresh("cf_rt_half"), "refresh", "refresh_token_malformed"),
    (refresh_with_a_replaced_token, "refresh", "refresh_token_reuse"),
    (refresh_after_revocation, "refresh", "refresh_token_expired"),
    (lambda _, client: client.revoke("x", client_secret=mint_secret()), "revoke", "secret_wrong"),
    (send_basic_without_a_token, "introspect", "invalid_request"),
]


@pytest.mark.parametrize(("act", "endpoint", "cause"), CASES, ids=[f"{case[1]} {case[2]}" for case in CASES])
def test_the_owner_can_look_up_why_a_call_failed(
    app: Flask, owner: Owner, client: Client, act: Callable[[Owner, Client], object], endpoint: str, cause: str
) -> None:
    act(owner, client)
    failure = only(app)
    assert (failure.endpoint, failure.cause, failure.origin) == (endpoint, cause, "this machine")
    assert failure.text
    assert len(failure.reference) == 16


def test_a_redirect_mismatch_keeps_what_was_sent(app: Flask, owner: Owner, client: Client) -> None:
    sent = "https://client.example/callback/?code=cf_ac_0123456789"
    owner.browser.get(client.request_uri(redirect_uri=sent))
    assert only(app).sent == "https://client.example/callback/?code=cf_ac_..."


def test_the_reference_is_the_one_that_the_error_page_shows(app: Flask, owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri(redirect_uri="https://evil.example/")).text
    assert only(app).reference in page


def test_nothing_secret_is_kept(app: Flask, owner: Owner, client: Client) -> None:
    secret = str(client.registered.client_secret)
    owner.browser.get(client.request_uri(scope=secret, redirect_uri=f"https://client.example/{secret}"))
    owner.browser.get(client.request_uri(scope=secret))
    client.post("/api/oauth/token", grant_type=secret)
    client.app.test_client().post(
        "/api/oauth/token", data=json.dumps({"client_id": client.registered.client_id, "client_secret": secret})
    )
    noted = failures(app)
    assert len(noted) == 4
    for failure in noted:
        assert secret not in repr([getattr(failure, column.name) for column in ClientEvent.__table__.columns])


def test_a_call_that_names_nobody_or_nobodys_client_is_not_kept(app: Flask, owner: Owner, client: Client) -> None:
    owner.browser.get(client.request_uri(client_id=mint_client_id()))
    client.exchange("x", client_id=mint_client_id())
    client.app.test_client().post("/api/oauth/token", data=b"\xff\x00", headers={"Authorization": "Basic =="})
    with app.app_context(), transaction() as session:
        session.scalars(select(ClientRow)).one().owner_id = None
    client.exchange("x")
    assert failures(app) == []


def test_what_succeeds_is_no_failure(app: Flask, owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    client.introspect(client.refresh(tokens["refresh_token"]).get_json()["access_token"])
    client.revoke(tokens["refresh_token"])
    assert failures(app) == []


def test_naming_another_client_beside_ones_own_charges_nobody_else(app: Flask, owner: Owner, client: Client) -> None:
    """Whoever makes a call fail says in it whose it is; what else it carries is not read for that."""
    victim, mine = client.registered.client_id, Client(app, make_client(app, make_person(app), name="Mine"))
    code = mine.obtain_code(owner)
    mine.exchange(code)
    mine.exchange(code, x=victim, state=victim)
    owner.browser.get(mine.request_uri(state=victim, redirect_uri=f"https://evil.example/{victim}"))
    mine.app.test_client().post("/api/oauth/token", json={"client_id": mine.registered.client_id, "x": victim})
    with app.app_context(), reading() as session:
        keys = dict(session.execute(select(ClientRow.client_id, ClientRow.id)).all())
    noted = failures(app)
    assert {(failure.client_id, failure.cause) for failure in noted} == {
        (keys[mine.registered.client_id], "code_reuse"),
        (keys[mine.registered.client_id], "redirect_uri_mismatch"),
    }


def test_a_reuse_is_noted_whatever_else_the_call_names(app: Flask, owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["refresh_token"]
    client.refresh(client.refresh(token).get_json()["refresh_token"])
    client.refresh(token, x=mint_client_id())
    assert only(app).cause == "refresh_token_reuse"


def test_a_password_in_a_redirect_uri_is_not_kept(app: Flask, owner: Owner, client: Client) -> None:
    owner.browser.get(client.request_uri(redirect_uri="https://user:password@client.example/callback"))
    assert only(app).sent == "https://...@client.example/callback"


def test_every_cause_is_put_in_words_and_every_word_has_its_cause() -> None:
    """A cause without words would show the owner its bare name; words without a cause would be dead."""
    sources = "".join(path.read_text() for path in OAUTH.glob("*.py") if path.name != "client_events.py")
    named = set(re.findall(r'cause="(\w+)"', sources)) | set(re.findall(r'_refusal\([^)]*, "(\w+)"\)', sources))
    assert named
    assert named - {"client_unknown"} <= CAUSES.keys(), "nobody owns a client that does not exist"
    consent = (OAUTH.parent / "consent" / "pages.py").read_text()
    assert [cause for cause in CAUSES if f'"{cause}"' not in sources + consent] == []
