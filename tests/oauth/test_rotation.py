"""Refreshing (RFC 6749 §6, RFC 9700 §4.14.2): rotation, the retry of a lost answer, reuse."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.foundation.database import reading
from portal.oauth.models import Authorization
from tests.factories import make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, assert_error, meet

START = 1_800_000_000


@pytest.mark.standard("ContextFile security rule", "36", "Each refresh returns a new refresh token")
@pytest.mark.standard("RFC 6749", "6", "A refresh returns a new access token of the same scope")
@pytest.mark.standard("RFC 9700", "4.14.2", "Refresh tokens are rotated")
def test_each_refresh_returns_new_tokens(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    third = client.refresh(second["refresh_token"]).get_json()
    for name in ("access_token", "refresh_token"):
        assert len({tokens[name] for tokens in (first, second, third)}) == 3
    assert third["scope"] == first["scope"]
    assert third["expires_in"] == 3600
    assert client.call(third["access_token"]).status_code == 200


def test_requests_in_flight_during_a_refresh_do_not_fail(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    assert client.call(first["access_token"]).status_code == 200
    client.refresh(second["refresh_token"])
    assert client.call(first["access_token"]).status_code == 401, "only the one before is kept"


@pytest.mark.standard(
    "ContextFile security rule", "36", "A retry of a lost answer within 10 seconds gets the same tokens again"
)
def test_a_retry_within_ten_seconds_gets_the_same_tokens_again(owner: Owner, client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        owner.log_in()
        first = client.obtain_tokens(owner)
        second = client.refresh(first["refresh_token"]).get_json()
        clock.shift(9)
        again = client.refresh(first["refresh_token"]).get_json()
        assert again == {**second, "expires_in": 3591}
        assert client.refresh(second["refresh_token"]).status_code == 200


@pytest.mark.standard("ContextFile security rule", "36", "A replaced refresh token is an invalid_grant")
@pytest.mark.standard(
    "ContextFile security rule",
    "37",
    "Reuse of a replaced refresh token revokes the whole family and its access tokens",
)
@pytest.mark.standard("RFC 6749", "10.4", "A replaced refresh token that comes back shows a theft")
@pytest.mark.standard("RFC 9700", "4.14.2", "Reuse of a refresh token revokes the active one and the access tokens")
def test_a_replaced_token_ends_the_family_after_the_retry_window(app: Flask, owner: Owner, client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        owner.log_in()
        first = client.obtain_tokens(owner)
        second = client.refresh(first["refresh_token"]).get_json()
        clock.shift(10)
        assert_error(client.refresh(first["refresh_token"]), "invalid_grant", "used before")
        assert_error(client.refresh(second["refresh_token"]), "invalid_grant", "revoked")
        assert client.call(second["access_token"]).status_code == 401
        with app.app_context(), reading() as session:
            row = session.scalars(select(Authorization)).one()
        assert (row.revoked_at, row.revoked_reason) == (START + 10, "refresh_token_reuse")


@pytest.mark.standard(
    "ContextFile security rule", "37", "A refresh token from before the last one ends the family at once"
)
def test_a_token_from_before_the_last_one_ends_the_family_at_once(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    third = client.refresh(second["refresh_token"]).get_json()
    assert_error(client.refresh(first["refresh_token"]), "invalid_grant", "used before")
    assert client.call(third["access_token"]).status_code == 401


def test_retries_can_be_turned_off(make_app: MakeApp) -> None:
    owner, client = meet(make_app(refresh_retry_seconds=0))
    first = client.obtain_tokens(owner)
    assert client.refresh(first["refresh_token"]).status_code == 200
    assert_error(client.refresh(first["refresh_token"]), "invalid_grant", "used before")


@pytest.mark.standard("ContextFile security rule", "37", "A retry never revives what was revoked")
def test_a_retry_never_revives_what_was_revoked(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    client.revoke(second["access_token"])
    again = client.refresh(first["refresh_token"]).get_json()
    assert client.call(again["access_token"]).status_code == 401
    client.revoke(second["refresh_token"])
    assert_error(client.refresh(first["refresh_token"]), "invalid_grant", "revoked")


@pytest.mark.standard("RFC 6749", "6", "A refresh token is bound to the client it was issued to")
@pytest.mark.standard("RFC 6749", "10.4", "The binding of a refresh token to its client is kept")
def test_only_the_client_it_was_issued_to_may_use_it(app: Flask, owner: Owner, client: Client) -> None:
    """RFC 6749 §10.4."""
    tokens = client.obtain_tokens(owner)
    thief = Client(app, make_client(app, make_person(app)))
    assert_error(thief.refresh(tokens["refresh_token"]), "invalid_grant")
    assert client.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.standard("ContextFile security rule", "39", "A wider scope is an invalid_scope")
@pytest.mark.standard("RFC 6749", "6", "The scope of a refresh must not include what was not granted")
@pytest.mark.parametrize("scope", ["skills:read", "profile:read skills:read", "admin", "é"])
def test_a_wider_scope_is_refused_and_nothing_is_spent(owner: Owner, client: Client, scope: str) -> None:
    """RFC 6749 §6."""
    tokens = client.obtain_tokens(owner)
    assert_error(client.refresh(tokens["refresh_token"], scope=scope), "invalid_scope")
    assert client.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.standard("ContextFile security rule", "39", "A narrowed refresh keeps the grant as it was")
@pytest.mark.standard("RFC 6749", "6", "The new refresh token has the scope of the old one")
@pytest.mark.standard("RFC 6749", "3.3", "The response names the scope where it differs from what was granted")
def test_a_narrowed_refresh_narrows_that_access_token_only(owner: Owner, client: Client) -> None:
    """RFC 6749 §6."""
    tokens = client.obtain_tokens(owner)
    narrow = client.refresh(tokens["refresh_token"], scope="profile:read").get_json()
    assert narrow["scope"] == "profile:read"
    assert client.call(narrow["access_token"], "/api/v1/contexts").status_code == 403
    assert client.call(tokens["access_token"], "/api/v1/contexts").status_code == 200, "the one before keeps its own"
    wide = client.refresh(narrow["refresh_token"]).get_json()
    assert wide["scope"] == tokens["scope"]
    assert client.call(wide["access_token"], "/api/v1/contexts").status_code == 200
    assert client.call(narrow["access_token"], "/api/v1/contexts").status_code == 403, "and this one its own"


@pytest.mark.standard("ContextFile security rule", "40", "Refresh tokens end 30 days after their issue")
@pytest.mark.standard("RFC 9700", "4.14.2", "Refresh tokens that are not used expire")
def test_lifetimes_access_an_hour_refresh_thirty_days_grant_a_year(owner: Owner, client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        owner.log_in()
        tokens = client.obtain_tokens(owner)
        clock.shift(3599)
        assert client.call(tokens["access_token"]).status_code == 200
        clock.shift(1)
        assert client.call(tokens["access_token"]).status_code == 401
        clock.shift(30 * 86400 - 3601)
        tokens = client.refresh(tokens["refresh_token"]).get_json()
        clock.shift(30 * 86400)
        assert_error(client.refresh(tokens["refresh_token"]), "invalid_grant", "expired")


@pytest.mark.standard("ContextFile security rule", "40", "No refresh outlives the cap of its grant")
def test_no_refresh_outlives_the_cap_of_a_grant(make_app: MakeApp) -> None:
    with time_machine.travel(START, tick=False) as clock:
        owner, client = meet(make_app(grant_seconds=5000))
        tokens = client.obtain_tokens(owner)
        clock.shift(4000)
        tokens = client.refresh(tokens["refresh_token"]).get_json()
        assert tokens["expires_in"] == 1000
        clock.shift(1000)
        assert client.call(tokens["access_token"]).status_code == 401
        assert_error(client.refresh(tokens["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize(
    "token", ["", "x", "cf_rt_", "cf_rt_" + "0" * 60, "cf_rt_" + "z" * 60, "é", "cf_at_" + "0" * 60]
)
def test_what_is_no_refresh_token_is_refused(client: Client, token: str) -> None:
    assert_error(client.refresh(token), "invalid_grant" if token else "invalid_request")


@pytest.mark.standard("ContextFile security rule", "41", "An access token is no refresh token")
def test_an_access_token_is_no_refresh_token(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    assert_error(client.refresh(tokens["access_token"]), "invalid_grant")
    assert client.refresh(tokens["refresh_token"]).status_code == 200


def test_another_parameters_token_is_not_the_refresh_token(owner: Owner, client: Client) -> None:
    """What is looked up and what the successors are derived from are one text."""
    tokens = client.obtain_tokens(owner)
    assert_error(client.refresh("anything", code=tokens["refresh_token"]), "invalid_grant")
    assert_error(client.refresh("é", code=tokens["refresh_token"]), "invalid_grant")
    refreshed = client.refresh(tokens["refresh_token"], code="x")
    assert refreshed.status_code == 200
    assert client.call(refreshed.get_json()["access_token"]).status_code == 200


def test_a_blank_scope_is_no_scope(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    assert client.refresh(tokens["refresh_token"], scope=" ").get_json()["scope"] == tokens["scope"]
