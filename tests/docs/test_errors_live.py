"""Errors of the page, got from the running application: those of libraries all, of ours some of each kind."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.docs.errors import PARTS, read_entries
from tests.docs.mistakes import (
    World,
    another_secret,
    answer_from_elsewhere,
    answer_twice,
    basic,
    deny,
    exchange_twice,
    refresh_as_another,
    refresh_revoked,
    refresh_with_an_old_one,
    said_by,
)
from tests.oauth.parties import challenge_of, meet
from tests.oauth.registrations import METADATA, send

OTHER_URI = "https://client.example/other"
JSON = "application/json"


@pytest.fixture
def world(app: Flask) -> World:
    owner, client = meet(app)
    return World(app, owner, client, meet(app, "public")[1])


def post_context(**fields: object) -> Callable[[World], TestResponse]:
    return lambda world: world.api("POST", "/contexts", json={"name": "Voice", "content": "Plain words.", **fields})


WITHOUT_PKCE: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
ANSWERS: list[tuple[str, str, Callable[[World], TestResponse]]] = [
    (
        "page",
        "The redirect URI is not one that this app has registered.",
        lambda w: w.authorize(redirect_uri=OTHER_URI),
    ),
    ("page", "There is no app with this client ID.", lambda w: w.authorize(client_id="cf_app_x")),
    ("page", "The parameter client_id is missing.", lambda w: w.authorize(client_id=None)),
    ("page", "You have answered this request already.", answer_twice),
    ("page", "This request has expired, or is not yours to answer.", answer_from_elsewhere),
    ("documents", "This URL cannot be a client ID.", lambda w: w.authorize(client_id="https://client.example")),
    (
        "documents",
        "The client document of … cannot be fetched. …",
        lambda w: w.authorize(client_id="https://127.0.0.1/x"),
    ),
    ("documents", "The host name has no public address.", lambda w: w.authorize(client_id="https://127.0.0.1/x")),
    ("differences", "The path differs: … was sent, … is registered.", lambda w: w.authorize(redirect_uri=OTHER_URI)),
    ("redirect", "The user denied the request.", deny),
    ("redirect", "The user has to be asked.", lambda w: w.authorize(prompt="none")),
    ("redirect", "Unknown scope: …. There are: ….", lambda w: w.authorize(scope="openid")),
    ("redirect", "Name at least one scope, of: ….", lambda w: w.authorize(scope=None)),
    ("redirect", "Only response_type=code is served.", lambda w: w.authorize(response_type="token")),
    ("redirect", "Unknown resource. There are: ….", lambda w: w.authorize(resource="https://x.example")),
    (
        "redirect",
        "Send a PKCE code_challenge, with code_challenge_method=S256.",
        lambda w: w.authorize(w.public, **WITHOUT_PKCE),
    ),
    (
        "redirect",
        "Send code_challenge_method=S256; plain is not accepted.",
        lambda w: w.authorize(code_challenge_method="plain"),
    ),
    (
        "redirect",
        "The code_challenge must be 43 characters: the base64url SHA-256 of the verifier, unpadded.",
        lambda w: w.authorize(code_challenge=challenge_of("x") + "="),
    ),
    (
        "client",
        "The client secret is wrong or was replaced. Use the current one of this client.",
        lambda w: w.client.refresh("x", client_secret=another_secret(w)),
    ),
    (
        "client",
        "The client secret is mistyped or cut off: copy it again, all of it, from cf_cs_ on.",
        lambda w: w.client.refresh("x", client_secret="x"),
    ),
    (
        "client",
        "This client is confidential: send its client secret.",
        lambda w: w.client.refresh("x", client_secret=None),
    ),
    (
        "client",
        "The Basic Authorization header has no colon; send base64 of client_id:client_secret.",
        lambda w: w.token_endpoint(data={"grant_type": "refresh_token"}, headers=basic("x")),
    ),
    (
        "token",
        "The code was used before; the tokens from its first use are now revoked. Exchange each code once: "
        "a page that mounts or reloads twice must not send it again.",
        exchange_twice,
    ),
    (
        "token",
        "The code_verifier is not the one whose SHA-256 was sent as code_challenge. Keep one for each request.",
        lambda w: w.exchange(code_verifier="x" * 43),
    ),
    ("token", "Repeat the redirect_uri of the authorization request. …", lambda w: w.exchange(redirect_uri=OTHER_URI)),
    (
        "token",
        "Repeat the redirect_uri of the authorization request. It is missing.",
        lambda w: w.exchange(redirect_uri=None),
    ),
    ("token", "Missing 'code' in request.", lambda w: w.exchange(code=None)),
    ("token", "Missing 'code_verifier'", lambda w: w.exchange(code_verifier=None)),
    ("token", "Invalid 'code_verifier'", lambda w: w.exchange(code_verifier="short")),
    (
        "token",
        "The authorization request had no 'code_challenge', but a 'code_verifier' was provided.",
        lambda w: w.exchange(WITHOUT_PKCE),
    ),
    (
        "token",
        "The refresh token was used before, so the whole authorization is revoked. Each refresh returns a new refresh "
        "token: store it before the next use, and ask the user to connect again.",
        refresh_with_an_old_one,
    ),
    ("token", "The refresh token was revoked or has expired. Ask the user to connect again.", refresh_revoked),
    (
        "token",
        "The refresh token was issued to another app. Send the client_id with which the user connected.",
        refresh_as_another,
    ),
    ("token", "Missing 'refresh_token' in request.", lambda w: w.client.refresh("")),
    (
        "token",
        "The requested scope is invalid, unknown, or malformed.",
        lambda w: w.client.refresh(w.token(), scope="tasks:read"),
    ),
    ("token", "The grant_type … is not served; use ….", lambda w: w.client.refresh("x", grant_type="password")),
    ("token", "Send grant_type: ….", lambda w: w.client.refresh("x", grant_type=None)),
    (
        "revoke",
        "Send the token in the body, as the parameter token.",
        lambda w: w.client.post("/api/oauth/revoke", access_token="x"),
    ),
    (
        "any",
        "Send the body as application/x-www-form-urlencoded, not as JSON or multipart (RFC 6749, section 3.2).",
        lambda w: w.token_endpoint(json={}),
    ),
    (
        "any",
        "Send the parameters in the body, not in the address (RFC 6749, section 2.3.1).",
        lambda w: w.token_endpoint(query_string={"code": "x"}),
    ),
    ("any", "The request is larger than 32768 bytes.", lambda w: w.client.refresh("x" * 40_000)),
    ("any", "Use ….", lambda w: w.app.test_client().get("/api/oauth/token")),
    ("any", "There is no such endpoint.", lambda w: w.app.test_client().get("/.well-known/oauth-protected-resource/x")),
    (
        "api",
        "Send an access token: Authorization: Bearer cf_at_…, in the header and not in the address.",
        lambda w: w.app.test_client().get("/api/v1/profile"),
    ),
    (
        "api",
        "The access token has expired, was revoked or is mistyped. Refresh it, or ask the user to connect again.",
        lambda w: w.client.call("cf_at_x"),
    ),
    (
        "api",
        "The access token does not include the scope …. Ask the user for it in a new authorization.",
        lambda w: w.api("GET", "/tasks"),
    ),
    ("api", "'…': Field required.", lambda w: w.api("POST", "/contexts", json={"name": "Voice"})),
    ("api", "'…': Input should be a valid string, not '…'.", post_context(name=1)),
    ("api", "'…': String should have at least 1 character, not ''.", post_context(name="")),
    ("api", "'…': String should have at most … characters, not ….", post_context(name="x" * 201)),
    ("api", "'…': Unknown; known are ….", post_context(title="x")),
    ("api", "Input should be an object, not '…'.", lambda w: w.api("POST", "/contexts", json=[])),
    ("api", "Invalid JSON: ….", lambda w: w.api("POST", "/contexts", data="{", content_type=JSON)),
    ("api", "'…': Input should be greater than or equal to 1, not '…'.", lambda w: w.api("GET", "/contexts?page=0")),
    ("api", "'…': Input should be less than or equal to …, not '…'.", lambda w: w.api("GET", "/contexts?limit=101")),
    (
        "api",
        "'…': Input should be a valid integer, unable to parse string as an integer, not '…'.",
        lambda w: w.api("GET", "/contexts?page=x"),
    ),
    ("api", "…: Given more than once; give it once.", lambda w: w.api("GET", "/contexts?page=1&page=2")),
    ("api", "Send JSON with Content-Type: application/json, not none.", lambda w: w.api("POST", "/contexts")),
    (
        "api",
        "The body is larger than … bytes; send less.",
        lambda w: w.api("POST", "/contexts", data=b" " * 6_200_000, content_type=JSON),
    ),
    ("api", "The user has no … with the id …; GET /api/v1/…s lists them.", lambda w: w.api("GET", "/contexts/1")),
    ("api", "The API has no address …; check it against the reference.", lambda w: w.api("GET", "/nowhere")),
    ("api", "… is not possible here; use ….", lambda w: w.api("PUT", "/contexts")),
    ("registration", "redirect_uris[…]: …", lambda w: send(w.app, METADATA | {"redirect_uris": ["http://x.example"]})),
    ("registration", "…: Send a string.", lambda w: send(w.app, METADATA | {"client_name": 1})),
    ("registration", "client_name: …", lambda w: send(w.app, METADATA | {"client_name": "ContextFile"})),
    (
        "registration",
        "…: Send a list with …, and beside it only ….",
        lambda w: send(w.app, METADATA | {"grant_types": ["implicit"]}),
    ),
    ("registration", "…: Send a list with … alone.", lambda w: send(w.app, METADATA | {"response_types": ["token"]})),
    (
        "registration",
        "The body: Send one JSON object in UTF-8, with no name twice.",
        lambda w: send(w.app, data="[]", json=None, content_type=JSON),
    ),
    (
        "registration",
        "Send the registration access token as Authorization: Bearer.",
        lambda w: w.app.test_client().get("/api/oauth/register/x"),
    ),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("part", "text", "call"), ANSWERS, ids=[f"{part}: {text}"[:80] for part, text, _ in ANSWERS])
def test_the_server_says_it_in_these_words(
    world: World, part: str, text: str, call: Callable[[World], TestResponse]
) -> None:
    (entry,) = (entry for entry in read_entries(part) if text in entry.texts)
    code, status, words = said_by(call(world))
    pattern = ".*".join(map(re.escape, text.split("…")))
    assert re.search(pattern, words) if not code else re.fullmatch(pattern, words), words
    assert (code, status) == (entry.code, entry.status)


def test_what_libraries_say_is_all_tried() -> None:
    outside = [entry for part in PARTS for entry in read_entries(part) if entry.outside]
    assert {text for entry in outside for text in entry.texts} <= {text for _, text, _ in ANSWERS}
