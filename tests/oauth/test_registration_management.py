"""Registrations that their clients read, replace and end (RFC 7592)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.oauth.parties import Client, Owner, assert_error
from tests.oauth.registrations import METADATA, PATH, PUBLIC, manage, party, registered, replacement, suspend

METHODS = ["GET", "PUT", "DELETE"]
ROUNDS = 10


@pytest.mark.standard("RFC 7592", "2", "The registration access token is required")
@pytest.mark.parametrize("method", METHODS)
def test_without_the_token_nothing_is_shown_or_changed(app: Flask, method: str) -> None:
    """RFC 7592 §2.1, RFC 6750 §3.1."""
    registration = registered(app)
    missing = manage(app, registration, method, replacement(registration), token="")
    assert_error(missing, "invalid_token", status=401)
    assert missing.headers["WWW-Authenticate"] == 'Bearer realm="ContextFile"'
    right = registration["registration_access_token"]
    for token in ("x", right[:-1], right.swapcase(), f"{right}\u00e9", right + " x", registration["client_secret"]):
        wrong = manage(app, registration, method, replacement(registration), token=token)
        assert_error(wrong, "invalid_token", status=401)
        assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    assert manage(app, registration, "GET").get_json()["client_name"] == "Acme Notes"


@pytest.mark.standard("RFC 7592", "2", "Another client's registration access token opens nothing")
@pytest.mark.parametrize("method", METHODS)
def test_another_clients_token_opens_nothing(app: Flask, method: str) -> None:
    """CVE-2026-116672."""
    victim, attacker = registered(app), registered(app, client_name="Attacker")
    token = attacker["registration_access_token"]
    for body in (replacement(victim), replacement(attacker)):
        assert_error(manage(app, victim, method, body, token=token), "invalid_token", status=401)
    assert manage(app, victim, "GET").get_json()["client_name"] == "Acme Notes"


@pytest.mark.parametrize("method", METHODS)
def test_a_client_of_the_portal_is_not_managed_here(app: Flask, client: Client, method: str) -> None:
    path = f"{PATH}/{client.registered.client_id}"
    registration = {**registered(app), "registration_client_uri": path}
    for token in (None, client.registered.client_secret):
        assert_error(manage(app, registration, method, METADATA, token=token), "invalid_token", status=401)


@pytest.mark.standard("RFC 7592", "2.1", "Where there is no such client the token is refused with 401")
@pytest.mark.parametrize("client_id", ["x", "%00", "%ff", "cf_app_", "..%2f", "\u00e9", "x" * 3000])
@pytest.mark.parametrize("method", METHODS)
def test_an_address_that_is_no_client_s_is_a_401(app: Flask, method: str, client_id: str) -> None:
    registration = {**registered(app), "registration_client_uri": f"{PATH}/{client_id}"}
    response = manage(app, registration, method, METADATA)
    assert response.status_code in {401, 404}
    assert response.mimetype == "application/json"


@pytest.mark.standard("RFC 7592", "2.1", "A client that may not read its registration is told 403")
@pytest.mark.parametrize("method", METHODS)
def test_a_suspended_client_may_not_touch_its_registration(app: Flask, method: str) -> None:
    """RFC 7592 §2.1."""
    registration = registered(app)
    suspend(app, registration)
    assert_error(manage(app, registration, method, replacement(registration)), "access_denied", status=403)


@pytest.mark.standard(
    "RFC 7592", "2.2", "client_id must match, and the fields that the server decides must not be sent"
)
@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"client_id": None}, "invalid_client_metadata", "client_id"),
        ({"client_id": "cf_app_x"}, "invalid_client_metadata", "client_id"),
        ({"client_secret": "chosen"}, "invalid_client_metadata", "client_secret"),
        ({"client_secret": None}, "invalid_client_metadata", "client_secret"),
        ({"client_secret": "\ud800"}, "invalid_client_metadata", "client_secret"),
        ({"registration_access_token": "x"}, "invalid_client_metadata", "registration_access_token"),
        ({"registration_client_uri": "x"}, "invalid_client_metadata", "registration_client_uri"),
        ({"client_secret_expires_at": 0}, "invalid_client_metadata", "client_secret_expires_at"),
        ({"client_id_issued_at": 0}, "invalid_client_metadata", "client_id_issued_at"),
        ({"redirect_uris": None}, "invalid_redirect_uri", "at least one"),
        ({"redirect_uris": ["http://evil"]}, "invalid_redirect_uri", "Use https://"),
        ({"scope": "nonsense"}, "invalid_client_metadata", "scope"),
    ],
)
def test_an_update_that_may_not_be_changes_nothing(
    app: Flask, changes: dict[str, object], error: str, words: str
) -> None:
    """RFC 7592 §2.2."""
    registration = registered(app)
    response = manage(app, registration, "PUT", replacement(registration, client_name="Changed", **changes))
    assert_error(response, error, words)
    assert manage(app, registration, "GET").get_json()["client_name"] == "Acme Notes"


@pytest.mark.standard("RFC 7592", "2.2", "client_secret must match the current one")
def test_another_client_s_secret_is_not_its_own(app: Flask) -> None:
    registration, other = registered(app), registered(app)
    response = manage(app, registration, "PUT", replacement(registration, client_secret=other["client_secret"]))
    assert_error(response, "invalid_client_metadata", "client_secret")


@pytest.mark.standard("RFC 7592", "2.1", "Reading answers with 200 and the registration")
def test_reading_shows_what_was_registered_but_the_secret(app: Flask) -> None:
    """RFC 7592 §2.1, §3."""
    registration = registered(app, token_endpoint_auth_method="client_secret_post", tos_uri="https://client.example/")
    response = manage(app, registration, "GET")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    registration.pop("client_secret")
    assert response.get_json() == registration


@pytest.mark.standard("RFC 7592", "2.2", "An update replaces all metadata")
def test_an_update_replaces_everything_and_what_it_leaves_out_is_gone(app: Flask) -> None:
    """RFC 7592 §2.2."""
    first = registered(
        app,
        client_uri="https://client.example",
        scope="tasks:read",
        redirect_uris=["https://a.example", "https://b.example"],
    )
    body = {"client_id": first["client_id"], "redirect_uris": ["https://b.example", "https://c.example"]}
    response = manage(app, first, "PUT", body)
    assert response.status_code == 200, response.text
    second = response.get_json()
    assert second["redirect_uris"] == body["redirect_uris"]
    assert second["client_name"] == "Unnamed app"
    assert second["scope"] == "profile:read"
    assert "client_uri" not in second
    assert "client_secret" not in second, "the one it has stays good"
    assert second["registration_access_token"] == first["registration_access_token"]
    assert manage(app, first, "GET").get_json() == second


def test_an_update_ends_no_token_and_its_secret_stays(app: Flask, owner: Owner) -> None:
    registration = registered(app)
    client = party(app, registration)
    tokens = client.obtain_tokens(owner)
    assert manage(app, registration, "PUT", replacement(registration)).status_code == 200
    assert client.refresh(tokens["refresh_token"]).status_code == 200


def test_a_redirect_uri_that_an_update_removes_is_no_longer_answered(app: Flask, owner: Owner) -> None:
    registration = registered(app)
    client = party(app, registration)
    assert owner.browser.get(client.request_uri()).status_code == 200
    manage(app, registration, "PUT", replacement(registration, redirect_uris=["https://other.example"]))
    assert owner.browser.get(client.request_uri()).status_code == 400


def test_a_client_that_becomes_confidential_gets_a_secret_and_one_that_becomes_public_loses_it(
    app: Flask, owner: Owner
) -> None:
    registration = registered(app, **PUBLIC)
    public = party(app, registration)
    tokens = public.obtain_tokens(owner)
    confidential = manage(
        app, registration, "PUT", replacement(registration, token_endpoint_auth_method="client_secret_basic")
    ).get_json()
    assert confidential["client_secret"].startswith("cf_cs_")
    assert_error(public.refresh(tokens["refresh_token"]), "invalid_client", status=401)
    second = party(app, confidential).refresh(tokens["refresh_token"])
    assert second.status_code == 200
    again = manage(app, registration, "PUT", replacement(registration)).get_json()
    assert not {"client_secret", "client_secret_expires_at"} & again.keys()
    assert public.refresh(second.get_json()["refresh_token"]).status_code == 200


@pytest.mark.standard("RFC 7592", "2.3", "Deleting answers 204 and ends the client with its grants and tokens")
def test_a_deleted_client_is_gone_with_all_its_tokens(app: Flask, owner: Owner) -> None:
    """RFC 7592 §2.3."""
    registration = registered(app)
    client = party(app, registration)
    tokens, code = client.obtain_tokens(owner), client.obtain_code(owner)
    response = manage(app, registration, "DELETE")
    assert (response.status_code, response.data) == (204, b"")
    assert client.call(tokens["access_token"]).status_code == 401
    assert_error(client.refresh(tokens["refresh_token"]), "invalid_client", status=401)
    assert_error(client.exchange(code), "invalid_client", status=401)
    assert owner.browser.get(client.request_uri()).status_code == 400
    assert "Acme Notes" not in owner.browser.get("/connected-apps").text
    for method in METHODS:
        assert_error(manage(app, registration, method, replacement(registration)), "invalid_token", status=401)


def at_once(*requests: Callable[[], TestResponse]) -> list[TestResponse]:
    """The answers to requests that are sent at the same time."""
    with ThreadPoolExecutor(len(requests)) as threads:
        return [sent.result() for sent in [threads.submit(request) for request in requests]]


def test_of_updates_at_the_same_time_one_is_whole(app: Flask) -> None:
    registration = registered(app)
    bodies = [
        replacement(
            registration,
            client_name=f"Acme {i}",
            redirect_uris=["https://kept.example", f"https://client.example/{i}"],
        )
        for i in range(4)
    ]
    for _ in range(ROUNDS):
        answers = at_once(*[partial(manage, app, registration, "PUT", body) for body in bodies])
        assert {answer.status_code for answer in answers} == {200}
        assert manage(app, registration, "GET").get_json() in [answer.get_json() for answer in answers]


def test_of_changes_of_type_at_the_same_time_exactly_one_gets_the_secret(app: Flask) -> None:
    for _ in range(ROUNDS):
        registration = registered(app, **PUBLIC)
        body = replacement(registration, token_endpoint_auth_method="client_secret_basic")
        answers = at_once(*[partial(manage, app, registration, "PUT", body)] * 4)
        secrets = [answer.get_json()["client_secret"] for answer in answers if "client_secret" in answer.get_json()]
        assert len(secrets) == 1
        assert party(app, {**registration, "client_secret": secrets[0]}).introspect("x") == {"active": False}


def test_of_deletions_and_updates_at_the_same_time_one_deletion_is_done_and_nothing_comes_back(app: Flask) -> None:
    for _ in range(ROUNDS):
        registration = registered(app)
        delete = partial(manage, app, registration, "DELETE")
        update = partial(manage, app, registration, "PUT", replacement(registration))
        answers = at_once(*[delete, update] * 2)
        assert sorted(answer.status_code for answer in answers[::2]) == [204, 401]
        assert {answer.status_code for answer in answers[1::2]} <= {200, 401}
        assert manage(app, registration, "GET").status_code == 401
