"""Dynamic client registration (RFC 7591): who may, how often, what is answered, what is forgotten."""

import logging

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.foundation import clock
from portal.foundation.database import reading
from portal.oauth.models import Client as ClientRow
from tests.fixtures.applications import MakeApp
from tests.fixtures.loopback import free_port
from tests.fixtures.purging import purge_all
from tests.oauth.parties import Owner, assert_error, meet
from tests.oauth.registrations import METADATA, PATH, PUBLIC, manage, party, registered, send
from tests.oauth.test_secrecy import everything_stored

INITIAL_TOKEN = "an initial access token, 32 characters or more"
DAY = 86400


def count_clients(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(ClientRow)) or 0


@pytest.mark.standard("RFC 7591", "3", "Where registration is off there is no endpoint and none is listed")
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/", f"{PATH}/cf_app_x"])
def test_where_registration_is_off_there_is_no_endpoint(make_app: MakeApp, method: str, path: str) -> None:
    app = make_app(registration="off")
    response = app.test_client().open(path, method=method, json=METADATA)
    assert_error(response, "not_found", status=404)
    assert "registration_endpoint" not in app.test_client().get("/.well-known/oauth-authorization-server").get_json()


def test_production_is_off_unless_it_says_otherwise(make_app: MakeApp) -> None:
    assert send(make_app(public_url="https://id.example")).status_code == 404
    answer = registered(make_app(public_url="https://id.example", registration="open"))
    assert answer["registration_client_uri"] == f"https://id.example{PATH}/{answer['client_id']}"


@pytest.mark.standard("RFC 7591", "3", "An initial access token is asked for where registration is by token")
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", f"Basic {INITIAL_TOKEN}", "Bearer é"])
def test_by_token_nobody_registers_without_it(make_app: MakeApp, header: str | None) -> None:
    """RFC 7591 §3, RFC 6750 §3."""
    app = make_app(registration="token", registration_token=INITIAL_TOKEN)
    response = send(app, headers={"Authorization": header} if header else {})
    assert_error(response, "invalid_token", status=401)
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert ("invalid_token" in challenge) == (header in {"Bearer wrong", "Bearer é"})
    assert count_clients(app) == 0


def test_by_token_its_holder_registers(make_app: MakeApp) -> None:
    app = make_app(registration="token", registration_token=INITIAL_TOKEN)
    assert send(app, headers={"Authorization": f"Bearer {INITIAL_TOKEN}"}).status_code == 201


@pytest.mark.standard("RFC 7591", "5", "Open registration is limited by rate")
def test_registrations_from_one_address_are_limited_and_refused_ones_do_not_count(make_app: MakeApp) -> None:
    app = make_app(rate_limits=True)
    assert {send(app, {}).status_code for _ in range(25)} == {400}
    statuses = [send(app).status_code for _ in range(20)]
    assert statuses == [201] * 20
    response = send(app)
    assert_error(response, "temporarily_unavailable", status=429)
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    assert send(app, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 201


@pytest.mark.standard(
    "RFC 7591", "3.2.1", "The answer is 201 with a unique client_id, client_secret_expires_at and all metadata"
)
@pytest.mark.standard("RFC 7592", "3", "The answer has registration_client_uri and registration_access_token")
def test_a_confidential_client_gets_a_secret_and_a_token_to_manage_itself(app: Flask) -> None:
    """RFC 7591 §3.2.1, RFC 7592 §3."""
    with time_machine.travel(1_800_000_000, tick=False):
        response = send(app, {**METADATA, "client_uri": "https://client.example", "scope": "tasks:read contexts:read"})
    assert response.status_code == 201
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"
    answer = response.get_json()
    assert answer.pop("client_id").startswith("cf_app_")
    assert answer.pop("client_secret").startswith("cf_cs_")
    assert answer.pop("registration_access_token").startswith("cf_ra_")
    assert answer.pop("registration_client_uri").startswith(f"http://127.0.0.1:5000{PATH}/cf_app_")
    assert answer == {
        **METADATA,
        "client_id_issued_at": 1_800_000_000,
        "client_secret_expires_at": 0,
        "client_uri": "https://client.example",
        "scope": "contexts:read tasks:read",
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    }


def test_a_public_client_gets_no_secret(app: Flask) -> None:
    answer = registered(app, **PUBLIC)
    assert answer["token_endpoint_auth_method"] == "none"
    assert not {"client_secret", "client_secret_expires_at"} & answer.keys()


@pytest.mark.standard("RFC 7591", "2", "A registered client works with the authentication method it was registered for")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_a_registered_client_goes_the_whole_way(app: Flask, owner: Owner, method: str) -> None:
    client = party(app, registered(app, token_endpoint_auth_method=method))
    page = owner.browser.get(client.request_uri())
    assert "It registered itself" in page.text
    assert "Acme Notes" in page.text
    tokens = client.obtain_tokens(owner)
    assert client.call(tokens["access_token"]).status_code == 200
    assert client.refresh(tokens["refresh_token"]).status_code == 200


def test_its_scope_is_what_it_asks_for_by_default_and_the_user_may_allow_more(app: Flask, owner: Owner) -> None:
    """RFC 7591 §2: "can use"; issue: a client may widen its scope later by asking the user."""
    client = party(app, registered(app, scope="contexts:read"))
    assert client.obtain_tokens(owner, scope=None)["scope"] == "contexts:read"
    assert client.obtain_tokens(owner, scope="tasks:write")["scope"] == "tasks:write"
    assert party(app, registered(app)).obtain_tokens(owner, scope=None)["scope"] == "profile:read"


def test_scripts_of_any_origin_may_register_without_cookies(app: Flask) -> None:
    browser, origin = app.test_client(), {"Origin": "https://spa.example"}
    for path, method in ((PATH, "POST"), (f"{PATH}/cf_app_x", "PUT"), (f"{PATH}/cf_app_x", "DELETE")):
        preflight = browser.options(path, headers={**origin, "Access-Control-Request-Method": method})
        assert preflight.status_code == 204
        assert method in preflight.headers["Access-Control-Allow-Methods"]
        assert preflight.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
        answers = (preflight, browser.open(path, method=method, json=METADATA, headers=origin))
        assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"*"}
        assert not any("Access-Control-Allow-Credentials" in answer.headers for answer in answers)


@pytest.mark.standard(
    "ContextFile security rule", "69", "Registration leaves no secret and no token in database or log"
)
def test_no_secret_and_no_token_is_in_the_database_or_the_log(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    """OWASP ASVS 11.4.2, 16.2.5."""
    app = make_app(registration="token", registration_token=INITIAL_TOKEN, log_level="DEBUG")
    caplog.set_level(logging.DEBUG)
    send(app, headers={"Authorization": "Bearer canary"})
    answer = send(app, headers={"Authorization": f"Bearer {INITIAL_TOKEN}"}).get_json()
    assert manage(app, answer, "GET").status_code == 200
    manage(app, answer, "PUT", {"client_secret": answer["client_secret"], **METADATA})
    stored = everything_stored(app)
    assert answer["client_id"] in stored
    for secret in (INITIAL_TOKEN, "canary", answer["client_secret"], answer["registration_access_token"]):
        assert secret not in stored
        assert secret not in caplog.text


def test_a_client_that_nobody_allowed_is_removed_after_a_while(make_app: MakeApp) -> None:
    app = make_app(registration_unused_days=7)
    owner, by_hand = meet(app)
    unused, used, asking = (registered(app) for _ in range(3))
    party(app, used).obtain_tokens(owner)
    with time_machine.travel(clock.now() + 7 * DAY - 60):
        purge_all(app)
        assert manage(app, unused, "GET").status_code == 200
    with time_machine.travel(clock.now() + 7 * DAY + 60):
        assert owner.browser.get(party(app, asking).request_uri()).status_code == 200
        purge_all(app)
        assert manage(app, unused, "GET").status_code == 401
        assert manage(app, used, "GET").status_code == 200
        assert manage(app, asking, "GET").status_code == 200, "somebody is being asked to allow it"
        assert by_hand.introspect("x") == {"active": False}, "somebody registered it"


def test_without_the_database_nothing_is_registered(make_app: MakeApp, database: str) -> None:
    nowhere = {
        "sqlite": "sqlite:////nowhere/contextfile.sqlite3",
        "postgresql": f"postgresql+psycopg://127.0.0.1:{free_port()}/nowhere",
    }
    make_app()
    response = send(make_app(database_url=nowhere[database]))
    assert_error(response, "temporarily_unavailable", status=503)
    assert response.headers["Retry-After"] == "5"
