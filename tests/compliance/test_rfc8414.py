"""Authorization Server Metadata."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from pydantic import ValidationError

from portal.config import Settings
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, answer_of, assert_error

WELL_KNOWN = "/.well-known/oauth-authorization-server"


@pytest.mark.standard("RFC 8414", "2", "The issuer is an https URL without query and fragment, but for loopback")
@pytest.mark.parametrize(
    "url",
    ["http://id.example", "https://id.example?x=1", "https://id.example#x", "https://id.example/path", "ftp://x", "id"],
)
def test_no_other_address_can_be_the_issuer(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(public_url=url)


@pytest.mark.standard("RFC 8414", "3", "The document is at the well-known address of the issuer")
@pytest.mark.standard("RFC 8414", "3.1", "It is read with GET")
@pytest.mark.standard("RFC 8414", "3.2", "It is answered with 200 as application/json")
@pytest.mark.standard("RFC 8414", "3.2", "Members without elements are left out")
def test_the_document_is_json_without_empty_members(app: Flask) -> None:
    answer = app.test_client().get(WELL_KNOWN)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert [name for name, value in answer.get_json().items() if value in ([], "", None, {})] == []
    assert app.test_client().post(WELL_KNOWN).status_code == 405


@pytest.mark.standard("RFC 8414", "2", "Endpoints are https URLs of the issuer")
def test_every_address_is_the_issuers(make_app: MakeApp) -> None:
    app = make_app(public_url="https://id.example", registration="open")
    document = app.test_client().get(WELL_KNOWN).get_json()
    endpoints = [url for name, url in document.items() if name.endswith("_endpoint")]
    assert len(endpoints) == 5
    for url in endpoints:
        assert url.startswith("https://id.example/")
        assert not urlsplit(url).fragment


@pytest.mark.standard("ContextFile security rule", "51", "What is not listed does not work")
@pytest.mark.standard("RFC 8414", "2", "response_types, response_modes and grant types that are not listed are refused")
def test_what_is_not_listed_is_refused(owner: Owner, client: Client) -> None:
    document = client.app.test_client().get(WELL_KNOWN).get_json()
    for response_type in {"code", "token", "none", "code id_token"} - set(document["response_types_supported"]):
        answer = answer_of(owner.browser.get(client.request_uri(response_type=response_type)))
        assert answer["error"] == "unsupported_response_type"
    for mode in {"query", "fragment", "form_post", "jwt"} - set(document["response_modes_supported"]):
        assert answer_of(owner.browser.get(client.request_uri(response_mode=mode)))["error"] == "invalid_request"
    for grant in {"client_credentials", "password"} - set(document["grant_types_supported"]):
        assert_error(client.post("/api/oauth/token", grant_type=grant), "unsupported_grant_type")
