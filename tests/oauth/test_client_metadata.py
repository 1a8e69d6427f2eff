"""What a client may say of itself (RFC 7591 §2), and what it is told when it may not (§3.2.2)."""

import json

import pytest
from flask import Flask

from portal.oauth.client_metadata import parse_document, read_client_metadata
from portal.oauth.errors import ProtocolError
from portal.oauth.scopes import SCOPES
from tests.oauth.parties import assert_error
from tests.oauth.registrations import METADATA, PATH, REDIRECT_URI, registered, send

RIGHT_TO_LEFT = "\u202e"


@pytest.mark.standard("RFC 7591", "3.2.2", "What is not one JSON object is refused")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"{",
        b"{}{}",
        b"{'client_name': 'x'}",
        b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"redirect_uris": ["https://client.example"]}',
        b'{"client_name": "\xff"}',
        b'{"client_name": "\xed\xa0\x80"}',
        b'{"redirect_uris": ["https://client.example"], "redirect_uris": ["https://evil.example"]}',
        b'{"redirect_uris": ["https://client.example"], "jwks": {"keys": [], "keys": []}}',
        b"[" * 30_000,
        b'{"a":' * 6_000,
        b'{"client_name": ' + b"9" * 20_000 + b"}",
    ],
)
def test_what_is_not_one_json_object_is_refused(app: Flask, body: bytes) -> None:
    response = send(app, data=body, json=None, content_type="application/json")
    assert_error(response, "invalid_client_metadata", "one JSON object")


@pytest.mark.standard("RFC 7591", "3.1", "Registration requests are application/json")
@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_content_type_is_refused_with_the_right_one(app: Flask, content_type: str) -> None:
    response = send(app, data=json.dumps(METADATA), json=None, content_type=content_type)
    assert_error(response, "invalid_request", "application/json")


def test_a_document_of_more_than_32_kilobytes_is_refused(app: Flask) -> None:
    assert send(app, METADATA | {"software_id": "x" * 32_000}).status_code == 201
    assert_error(send(app, METADATA | {"software_id": "x" * 33_000}), "invalid_request", "32768", status=413)
    chunked = {"headers": {"Transfer-Encoding": "chunked"}, "environ_overrides": {"wsgi.input_terminated": True}}
    body = json.dumps(METADATA) + " " * 33_000
    response = send(app, json=None, data=body, content_type="application/json", **chunked)
    assert_error(response, "invalid_request", "32768", status=413)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method_is_refused_in_json(app: Flask, method: str) -> None:
    response = app.test_client().open(PATH, method=method)
    assert_error(response, "invalid_request", "POST", status=405)
    assert "POST" in response.headers["Allow"]


@pytest.mark.standard("RFC 9700", "2.6", "Redirect URIs with http are refused, but for loopback")
@pytest.mark.standard(
    "ContextFile security rule",
    "4",
    "Registration refuses fragments, wildcards, plain http, javascript: and dotless schemes",
)
@pytest.mark.standard("RFC 7591", "3.2.2", "A bad redirect URI is an invalid_redirect_uri")
@pytest.mark.standard("RFC 7591", "5", "Redirect URIs are https, loopback or a private-use scheme")
@pytest.mark.parametrize(
    ("redirect_uris", "words"),
    [
        (None, "at least one"),
        ([], "at least one"),
        ({}, "at least one"),
        (REDIRECT_URI, "at least one"),
        ([REDIRECT_URI, 7], "redirect_uris[1]: Send a string"),
        ([None], "Send a string"),
        ([[REDIRECT_URI]], "Send a string"),
        ([""], "Begin with a scheme"),
        ([f"{REDIRECT_URI}/{i}" for i in range(21)], "20 are the most"),
        (["http://evil"], "Use https://"),
        (["http://localhost@evil.example"], "Use https://"),
        (["*"], "Wildcards"),
        (["https://*.example/callback"], "Wildcards"),
        (["https://client.example/../callback"], "segments"),
        (["https://client.example/#"], "fragment"),
        (["javascript:alert(1)"], "private-use scheme"),
        (["data:text/html,x"], "private-use scheme"),
        (["https://user:password@client.example"], "user name"),
        (["https://client.example/?code=1"], "(RFC 6749 section 4.1.2)"),
        (["https://cli\u00e9nt.example"], "punycode (xn--...)"),
        (["https://client.example/\0"], "Percent-encode"),
        (["https://client.example/\ud800"], "Percent-encode"),
        (["https://client.example/" + "x" * 2000], "2000 are the most"),
    ],
)
def test_a_redirect_uri_that_the_portal_would_refuse_is_refused(app: Flask, redirect_uris: object, words: str) -> None:
    """RFC 7591 §3.2.2, §5; the rules are `portal.oauth.redirect_uris`'s."""
    response = send(app, METADATA | {"redirect_uris": redirect_uris})
    assert_error(response, "invalid_redirect_uri", words)
    assert response.get_json()["error_description"].isascii()


@pytest.mark.standard("RFC 7591", "3.2.2", "A bad value is an invalid_client_metadata with status 400")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("client_name", 7),
        ("client_name", ["Acme"]),
        ("client_name", {"en": "Acme"}),
        ("client_name", True),
        ("client_name", "x" * 81),
        ("client_name", "Acme\nNotes"),
        ("client_name", "Acme\0"),
        ("client_name", f"Acme{RIGHT_TO_LEFT}setoN"),
        ("client_name", "Acme\u200bNotes"),
        ("client_name", "\u3164"),
        ("client_name", "\ud800"),
        ("client_uri", "http://client.example"),
        ("client_uri", "javascript:alert(1)"),
        ("client_uri", "client.example"),
        ("client_uri", "//client.example"),
        ("client_uri", "https://"),
        ("client_uri", "https://user@client.example"),
        ("client_uri", "https://[client.example"),
        ("client_uri", "https://client.example:port"),
        ("client_uri", "https://client.example/\u00e9"),
        ("client_uri", 'https://client.example/"onclick='),
        ("client_uri", "https://client.example/" + "x" * 2000),
        ("client_uri", 7),
        ("policy_uri", "ftp://client.example/policy"),
        ("tos_uri", "http://localhost.example/terms"),
        ("scope", "openid"),
        ("scope", "profile:read nonsense"),
        ("scope", "profile:read\ttasks:read"),
        ("scope", ["profile:read"]),
        ("scope", "x" * 1001),
        ("token_endpoint_auth_method", "private_key_jwt"),
        ("token_endpoint_auth_method", "tls_client_auth"),
        ("token_endpoint_auth_method", ["none"]),
        ("token_endpoint_auth_method", False),
        ("grant_types", []),
        ("grant_types", "authorization_code"),
        ("grant_types", ["refresh_token"]),
        ("grant_types", ["authorization_code", "implicit"]),
        ("grant_types", ["authorization_code", "client_credentials"]),
        ("grant_types", ["authorization_code", ["refresh_token"]]),
        ("grant_types", {"authorization_code": True}),
        ("response_types", []),
        ("response_types", "code"),
        ("response_types", ["token"]),
        ("response_types", ["code", "code id_token"]),
        ("response_types", [{}]),
    ],
)
def test_a_value_that_is_not_good_is_refused_with_its_name(app: Flask, field: str, value: object) -> None:
    """RFC 7591 §3.2.2."""
    response = send(app, METADATA | {field: value})
    assert_error(response, "invalid_client_metadata", f"{field}: ")
    assert response.get_json()["error_description"].isascii()
    assert "cli\u00e9nt" not in response.text


def test_an_unknown_scope_is_answered_with_those_that_there_are(app: Flask) -> None:
    assert_error(send(app, METADATA | {"scope": "openid"}), "invalid_client_metadata", *SCOPES)


@pytest.mark.standard("RFC 7591", "2", "Metadata that is not understood is ignored")
@pytest.mark.standard("RFC 7591", "3.1.1", "A software statement may be ignored")
def test_what_is_not_understood_is_ignored_and_not_said_to_be_registered(app: Flask) -> None:
    """RFC 7591 §2, and §3.1.1 for the software statement."""
    unknown = {
        "logo_uri": "http://127.0.0.1:1/logo.png",
        "software_statement": "eyJhbGciOiJub25lIn0.e30.",
        "client_name#ja": "\u30a2\u30af\u30df",
        "contacts": 7,
        "jwks": {"keys": "none"},
        "software_id": ["x"],
        "client_id": "cf_app_chosen",
        "client_secret": "chosen",
        "deep": [[[[]]]],
    }
    answer = registered(app, **unknown)
    assert unknown.keys() & answer.keys() == {"client_id", "client_secret"}
    assert answer["client_id"] != "cf_app_chosen"
    assert answer["client_secret"] != "chosen"


@pytest.mark.standard("RFC 7591", "2", "Left out fields get their defaults")
def test_null_counts_as_left_out(app: Flask) -> None:
    """RFC 7592 §2.2 allows it for updates; registration reads alike."""
    nothing = dict.fromkeys(
        ("client_name", "client_uri", "scope", "token_endpoint_auth_method", "grant_types", "response_types")
    )
    answer = registered(app, **nothing)
    assert answer["client_name"] == "Unnamed app"
    assert answer["token_endpoint_auth_method"] == "client_secret_basic"
    assert answer["scope"] == "profile:read"
    assert "client_uri" not in answer


@pytest.mark.parametrize(
    "uri",
    ["https://client.example/terms#privacy", "http://127.0.0.1:3000/terms", "http://localhost/", "http://[::1]:80/"],
)
def test_pages_are_https_or_on_this_machine(app: Flask, uri: str) -> None:
    answer = registered(app, client_uri=uri, policy_uri=uri, tos_uri=uri)
    assert {answer["client_uri"], answer["policy_uri"], answer["tos_uri"]} == {uri}


def test_redirect_uris_of_every_kind_are_registered_once_each_in_their_order(app: Flask) -> None:
    uris = ["http://127.0.0.1/callback", "com.example.app:/callback", REDIRECT_URI]
    assert registered(app, redirect_uris=[*uris, uris[0]])["redirect_uris"] == uris


def test_a_name_is_trimmed_and_may_be_of_any_script(app: Flask) -> None:
    assert (
        registered(app, client_name=" \u30a2\u30af\u30df \U0001f4d3 ")["client_name"] == "\u30a2\u30af\u30df \U0001f4d3"
    )


def test_other_readers_get_the_same_answers() -> None:
    """Client ID metadata documents are read by the same two functions."""
    metadata = read_client_metadata(parse_document(json.dumps(METADATA).encode()))
    assert metadata.redirect_uris == (REDIRECT_URI,)
    assert metadata.columns()["type"] == "confidential"
    assert metadata.columns()["scope"].split() == list(SCOPES)
    with pytest.raises(ProtocolError) as refused:
        read_client_metadata({})
    assert refused.value.error == "invalid_redirect_uri"
