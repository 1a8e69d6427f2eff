"""Protected Resource Metadata."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner

WELL_KNOWN = "/.well-known/oauth-protected-resource/api/v1"


@pytest.mark.standard("RFC 9728", "3.2", "The document is answered with 200 as application/json, without empty members")
def test_the_document_is_json_without_empty_members(app: Flask) -> None:
    answer = app.test_client().get(WELL_KNOWN)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert [name for name, value in answer.get_json().items() if value in ([], "", None, {})] == []


@pytest.mark.standard("RFC 9728", "1.2", "The resource identifier is an https URL without a fragment, but for loopback")
@pytest.mark.standard("RFC 9728", "3.3", "A spoofed Host changes no member of the document")
def test_the_resource_is_an_https_url_of_the_public_address(make_app: MakeApp) -> None:
    app = make_app(public_url="https://id.example")
    answer = app.test_client().get(WELL_KNOWN, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.get_json()["resource"] == "https://id.example/api/v1"
    assert answer.get_json()["authorization_servers"] == ["https://id.example"]
    assert "evil.example" not in answer.text


@pytest.mark.standard("ContextFile security rule", "52", "Every challenge of the API carries resource_metadata")
@pytest.mark.standard("RFC 9728", "5.1", "resource_metadata is in the challenges for bad tokens and missing scopes too")
def test_every_challenge_leads_to_the_document(owner: Owner, client: Client) -> None:
    narrow = client.obtain_tokens(owner, scope="profile:read")["access_token"]
    answers = [
        client.app.test_client().get("/api/v1/profile"),
        client.call("cf_at_x"),
        client.call(narrow, "/api/v1/contexts"),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 403]
    for answer in answers:
        address = answer.headers["WWW-Authenticate"].split('resource_metadata="')[1].split('"')[0]
        document = client.app.test_client().get(urlsplit(address).path)
        assert document.get_json()["resource"] == "http://127.0.0.1:5000/api/v1"


@pytest.mark.standard("RFC 9728", "2", "scopes_supported and bearer_methods_supported list what works")
@pytest.mark.standard("RFC 9728", "4", "The authorization server lists the resource as one of its own")
def test_what_the_document_lists_works(owner: Owner, client: Client) -> None:
    browser = client.app.test_client()
    document = browser.get(WELL_KNOWN).get_json()
    token = client.obtain_tokens(owner, scope=" ".join(document["scopes_supported"]))["access_token"]
    assert document["bearer_methods_supported"] == ["header"]
    assert client.call(token).status_code == 200
    server = browser.get("/.well-known/oauth-authorization-server").get_json()
    assert document["resource"] in server["protected_resources"]
    assert document["authorization_servers"] == [server["issuer"]]
