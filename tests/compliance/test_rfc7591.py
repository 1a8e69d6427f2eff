"""Dynamic Client Registration."""

import pytest
from flask import Flask

from tests.oauth.parties import Owner, assert_error
from tests.oauth.registrations import METADATA, PATH, party, registered, send


@pytest.mark.standard("RFC 7591", "3.2.1", "Each registration gets a client_id and client_secret of its own")
def test_the_same_document_registers_different_clients(app: Flask) -> None:
    answers = [registered(app) for _ in range(3)]
    for name in ("client_id", "client_secret", "registration_access_token"):
        assert len({answer[name] for answer in answers}) == 3


@pytest.mark.standard("RFC 7591", "3.2.1", "All registered metadata is returned, as it was registered")
@pytest.mark.standard("RFC 7591", "3.2.1", "A value that the server replaced is returned as it is now")
def test_what_was_registered_is_returned(app: Flask) -> None:
    document = METADATA | {
        "client_uri": "https://client.example",
        "policy_uri": "https://client.example/policy",
        "tos_uri": "https://client.example/terms",
        "scope": "contexts:read",
        "token_endpoint_auth_method": "client_secret_post",
    }
    answer = registered(app, **document, grant_types=["authorization_code"])
    assert answer.items() >= document.items()
    assert answer["grant_types"] == ["authorization_code", "refresh_token"]


@pytest.mark.standard("RFC 7591", "3.2.2", "Errors are a 400 with error and error_description in JSON, no-store")
@pytest.mark.standard("RFC 7591", "2", "redirect_uris must be registered by clients with redirect flows")
def test_a_client_without_redirect_uri_is_refused(app: Flask) -> None:
    assert_error(send(app, {"client_name": "Acme Notes"}), "invalid_redirect_uri")


@pytest.mark.standard("RFC 7591", "3", "The endpoint takes POST alone")
def test_nothing_is_registered_with_another_method(app: Flask) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert app.test_client().open(PATH, method=method, json=METADATA).status_code == 405


@pytest.mark.standard("RFC 7591", "2.1", "grant_types and response_types that contradict each other are refused")
@pytest.mark.parametrize(
    "types",
    [
        {"grant_types": ["refresh_token"], "response_types": ["code"]},
        {"grant_types": ["authorization_code", "implicit"], "response_types": ["code", "token"]},
        {"grant_types": ["client_credentials"], "response_types": []},
    ],
)
def test_types_that_do_not_go_together_are_refused(app: Flask, types: dict[str, object]) -> None:
    assert_error(send(app, METADATA | types), "invalid_client_metadata")


@pytest.mark.standard("RFC 7591", "5", "What a client says of itself is shown as its own word")
def test_the_user_is_told_that_the_client_described_itself(app: Flask, owner: Owner) -> None:
    client = party(app, registered(app, client_name="Your Bank"))
    assert "It registered itself" in owner.browser.get(client.request_uri()).text


@pytest.mark.standard("RFC 7591", "2", "A client is held to the authentication method that fits its registration")
def test_a_public_client_has_no_secret_to_send(app: Flask, owner: Owner) -> None:
    public, confidential = registered(app, token_endpoint_auth_method="none"), registered(app)
    client = party(app, public)
    refused = client.refresh("x", client_secret=confidential["client_secret"])
    assert_error(refused, "invalid_client", status=401)
    assert client.obtain_tokens(owner)["access_token"].startswith("cf_at_")
