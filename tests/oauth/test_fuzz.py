"""Every OAuth endpoint is sent hostile parameters and headers: no accident, no stray redirect, no secret sent back.

OWASP ASVS 16.5.4; RFC 6749 §4.1.2.1, §5.2; RFC 7591 §3.2.2.
"""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from portal.operations.bench_seed import seed
from tests.fixtures.applications import MakeApp
from tests.fixtures.examples import bounded
from tests.oauth import registrations
from tests.oauth.hostile import Change, Envelope, changes, documents, encoded, envelopes, quoted, send, values
from tests.oauth.parties import Client, Owner, form_value

EXAMPLES = 100
SLOW_EXAMPLES = 40
FORM = "application/x-www-form-urlencoded"
ERROR_TEXT = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")
JSON_STATUSES = {400, 401, 403, 404, 405, 413}
AUTHORIZATION = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
    "prompt", "login_hint", "resource", "response_mode", "request", "request_uri", "client_secret", "unknown",
)  # fmt: skip
TOKEN = (
    "grant_type", "code", "refresh_token", "redirect_uri", "code_verifier", "client_id", "client_secret", "scope",
    "resource", "token", "token_type_hint", "unknown",
)  # fmt: skip


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """One whose faults reach the test."""
    return make_app(registration="open")


@pytest.fixture
def seeded(app: Flask) -> dict[str, Any]:
    """A confidential client with codes and tokens enough for every example."""
    with app.app_context():
        return seed(codes=EXAMPLES, refresh=EXAMPLES, access=EXAMPLES, revoke=0, fill=0)


def assert_no_accident(response: TestResponse, *secrets: str) -> None:
    """No fault of the server, and nothing secret in the answer."""
    assert response.status_code < 500, response.text
    sent_back = f"{response.headers}{response.text}"
    assert not [secret for secret in secrets if secret in sent_back]


def assert_protocol_answer(response: TestResponse, *secrets: str) -> None:
    """A JSON answer as the RFCs have it, kept by nobody on the way."""
    assert_no_accident(response, *secrets)
    assert response.headers["Cache-Control"] == "no-store"
    if response.status_code in {200, 201, 204} or response.request.method == "HEAD":
        return
    assert response.status_code in JSON_STATUSES, response.status
    assert response.mimetype == "application/json"
    body = response.get_json()
    assert body.keys() == {"error", "error_description"}
    assert re.fullmatch("[a-z_]+", body["error"])
    assert ERROR_TEXT.fullmatch(body["error_description"]), body
    if body["error"] == "invalid_client":
        assert (response.status_code, "WWW-Authenticate" in response.headers) == (401, True)


def assert_stays_or_goes_home(response: TestResponse, client: Client) -> None:
    """A page, the way to the log-in form or to the screen anew, or the client's own redirect URI: nowhere else."""
    assert_no_accident(response)
    assert response.headers["Cache-Control"] == "no-store"
    location = response.headers.get("Location")
    if location is None:
        assert response.status_code in {200, 400, 405}, response.status
    elif location.startswith("/"):
        assert urlsplit(location).path in {"/", "/login", "/oauth/authorize"}
        assert not location.startswith("//")
    else:
        assert response.status_code == 303
        assert location.startswith(f"{client.redirect_uri}?"), location
        answer = parse_qs(urlsplit(location).query, strict_parsing=True)
        assert {"iss"} < answer.keys() <= {"iss", "code", "state", "error", "error_description"}
        assert all(len(repeated) == 1 for repeated in answer.values())


def authorization_request(client: Client, changed: list[Change]) -> Envelope:
    query = parse_qs(urlsplit(client.request_uri()).query)
    good = {name: found[0] for name, found in query.items()}
    return Envelope("GET", "", None, encoded(good, changed))


@pytest.mark.standard("ContextFile security rule", "70", "Random authorization requests of a stranger fail nowhere")
@given(changed=changes(AUTHORIZATION))
@bounded(EXAMPLES)
def test_an_authorization_request_of_nobody(app: Flask, client: Client, changed: list[Change]) -> None:
    response = send(app.test_client(), "/oauth/authorize", authorization_request(client, changed))
    assert_stays_or_goes_home(response, client)
    location = response.headers.get("Location", "/")
    # Only prompt=none is answered before somebody has signed in (RFC 9700 §4.11.2).
    assert location.startswith("/") or parse_qs(urlsplit(location).query)["error"] == ["login_required"]


@pytest.mark.standard(
    "ContextFile security rule", "70", "Random authorization requests of a user lead to no unregistered place"
)
@given(changed=changes(AUTHORIZATION))
@bounded(SLOW_EXAMPLES)
def test_an_authorization_request_of_somebody(owner: Owner, client: Client, changed: list[Change]) -> None:
    response = send(owner.browser, "/oauth/authorize", authorization_request(client, changed))
    assert_stays_or_goes_home(response, client)
    session = owner.browser.get_cookie("session")
    assert session
    assert session.value not in f"{response.headers.get('Location')}{response.text}"


@pytest.mark.standard("ContextFile security rule", "70", "Random answers on the consent screen fail nowhere")
@given(changed=changes(("answer", "request_id", "csrf_token", "scope", "redirect_uri")), data=st.data())
@bounded(SLOW_EXAMPLES)
def test_an_answer_on_the_consent_screen(
    owner: Owner, client: Client, changed: list[Change], data: st.DataObject
) -> None:
    page = owner.browser.get(client.request_uri(prompt="consent"))
    good = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
    envelope = data.draw(envelopes("POST", content_type=FORM))
    body = encoded({**good, "answer": "allow"}, changed)
    # A GET is an authorization request, and an odd method gets a page of its own.
    response = send(owner.browser, "/oauth/authorize", envelope, body)
    assert_stays_or_goes_home(response, client)


@pytest.mark.standard("ContextFile security rule", "70", "Random token requests get the RFC's errors")
@given(changed=changes(TOKEN), envelope=envelopes("POST", content_type=FORM), refreshing=st.booleans())
@bounded(EXAMPLES)
def test_a_token_request(
    app: Flask, seeded: dict[str, Any], changed: list[Change], envelope: Envelope, refreshing: bool
) -> None:
    credentials = {name: seeded[name] for name in ("client_id", "client_secret")}
    if refreshing:
        grant = {"grant_type": "refresh_token", "refresh_token": taken(seeded, "refresh_tokens")}
    else:
        code = taken(seeded, "codes")
        grant = {"grant_type": "authorization_code", "redirect_uri": seeded["redirect_uri"], **code}
    response = send(app.test_client(), seeded["token_endpoint"], envelope, encoded({**credentials, **grant}, changed))
    secrets = [credentials["client_secret"], *(grant.get(name) for name in ("refresh_token", "code", "code_verifier"))]
    assert_protocol_answer(response, *filter(None, secrets))


@pytest.mark.standard("ContextFile security rule", "70", "Random revocations and introspections get the RFC's errors")
@pytest.mark.parametrize("endpoint", ["introspection_endpoint", "revocation_endpoint"])
def test_a_request_about_a_token(app: Flask, seeded: dict[str, Any], endpoint: str) -> None:
    @given(changed=changes(TOKEN), envelope=envelopes("POST", content_type=FORM))
    @bounded(EXAMPLES)
    def holds(changed: list[Change], envelope: Envelope) -> None:
        good = {name: seeded[name] for name in ("client_id", "client_secret")}
        token = taken(seeded, "access_tokens")
        response = send(app.test_client(), seeded[endpoint], envelope, encoded({**good, "token": token}, changed))
        assert_protocol_answer(response, good["client_secret"], token)

    holds()


def taken(seeded: dict[str, Any], kind: str) -> Any:
    """The next one; in turn, so that used ones come up as well when an example is tried again."""
    seeded[kind].append(seeded[kind].pop(0))
    return seeded[kind][-1]


@given(tail=values.map(quoted), envelope=envelopes("GET", content_type=""))
@bounded(SLOW_EXAMPLES)
def test_a_request_for_metadata(app: Flask, tail: bytes, envelope: Envelope) -> None:
    expected = app.test_client().get("/.well-known/oauth-authorization-server").get_json()
    for path in ("oauth-authorization-server", "oauth-protected-resource/api/v1"):
        response = send(app.test_client(), f"/.well-known/{path}", envelope)
        assert_no_accident(response)
        if response.status_code == 200 and envelope.method == "GET" and path == "oauth-authorization-server":
            assert response.get_json() == expected
        response = send(app.test_client(), f"/.well-known/{path}/{tail.decode()}", envelope)
        assert_no_accident(response)


@pytest.mark.standard("ContextFile security rule", "70", "Random registrations get the RFC's errors")
@given(document=documents(registrations.METADATA), envelope=envelopes("POST", content_type="application/json"))
@bounded(EXAMPLES)
def test_a_registration(app: Flask, document: bytes, envelope: Envelope) -> None:
    assert_protocol_answer(send(app.test_client(), registrations.PATH, envelope, document))


@given(data=st.data(), own=st.booleans(), envelope=envelopes("GET", "PUT", "DELETE", content_type="application/json"))
@bounded(SLOW_EXAMPLES)
def test_the_management_of_a_registration(app: Flask, data: st.DataObject, own: bool, envelope: Envelope) -> None:
    registration = registrations.registered(app)
    token, secret = registration["registration_access_token"], registration["client_secret"]
    document = data.draw(documents(registrations.replacement(registration)))
    if own:
        envelope = Envelope(envelope.method, envelope.content_type, f"Bearer {token}", envelope.query)
    tail = data.draw(st.just(registration["client_id"]) | values.map(lambda value: value.decode("latin-1")))
    response = send(app.test_client(), f"{registrations.PATH}/{tail}", envelope, document)
    assert_no_accident(response, secret)
    if response.status_code != 200:
        assert_no_accident(response, token)
