"""Authorization server metadata (RFC 8414): everything listed works, everything that works is listed."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from portal.oauth.scopes import SCOPES
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, assert_error

WELL_KNOWN = "/.well-known/oauth-authorization-server"


@pytest.mark.standard("ContextFile security rule", "51", "Every listed endpoint works")
@pytest.mark.standard("RFC 8414", "2", "The document has issuer, endpoints and response types")
def test_every_listed_endpoint_exists(app: Flask, owner: Owner) -> None:
    document = app.test_client().get(WELL_KNOWN).get_json()
    endpoints = {name: url for name, url in document.items() if name.endswith("_endpoint")}
    assert len(endpoints) == 5
    for url in endpoints.values():
        assert url.startswith(document["issuer"])
        assert owner.browser.options(urlsplit(url).path).status_code in {200, 204}
    assert owner.browser.get(urlsplit(document["service_documentation"]).path).status_code == 200


@pytest.mark.standard("ContextFile security rule", "11", "The metadata says that iss is sent")
@pytest.mark.standard("ContextFile security rule", "51", "S256 is the only listed PKCE method")
@pytest.mark.standard("RFC 8414", "2", "code_challenge_methods_supported lists what works")
@pytest.mark.standard("RFC 9207", "3", "authorization_response_iss_parameter_supported is true")
@pytest.mark.standard("RFC 7636", "4.2", "S256 is implemented")
def test_it_lists_what_the_public_facts_say(app: Flask) -> None:
    response = app.test_client().get(WELL_KNOWN)
    document = response.get_json()
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert document["scopes_supported"] == list(SCOPES)
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["response_types_supported"] == ["code"]
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert document["authorization_response_iss_parameter_supported"] is True


@pytest.mark.standard("ContextFile security rule", "51", "Every listed scope and authentication method works")
def test_every_listed_scope_and_authentication_method_works(
    app: Flask, owner: Owner, client: Client, public: Client
) -> None:
    document = app.test_client().get(WELL_KNOWN).get_json()
    assert client.obtain_tokens(owner, scope=" ".join(document["scopes_supported"]))["scope"].split() == list(SCOPES)
    assert set(document["token_endpoint_auth_methods_supported"]) == {
        "client_secret_basic", "client_secret_post", "none"
    }  # fmt: skip
    assert public.obtain_tokens(owner)


@pytest.mark.standard("RFC 6749", "5.2", "Other grant types are an unsupported_grant_type")
@pytest.mark.standard("RFC 9700", "2.4", "The password grant is not served")
def test_unlisted_grant_types_do_not_work(client: Client) -> None:
    for grant_type in ("implicit", "password", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"):
        response = client.post("/api/oauth/token", grant_type=grant_type)
        assert_error(response, "unsupported_grant_type")


@pytest.mark.standard("ContextFile security rule", "51", "The issuer is identical to the configured one")
@pytest.mark.standard("ContextFile security rule", "60", "A spoofed Host or X-Forwarded-* changes no issuer")
@pytest.mark.standard("RFC 8414", "3.3", "The issuer is identical to the one that the address was made from")
@pytest.mark.standard("RFC 9700", "4.13", "Headers of a proxy that is not trusted are ignored")
def test_the_issuer_is_the_public_url_whatever_the_host_header_says(make_app: MakeApp) -> None:
    """RFC 8414 §3.3, OWASP ASVS 4.1.3."""
    app = make_app(public_url="https://id.example")
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    response = app.test_client().get(WELL_KNOWN, headers=headers)
    assert response.get_json()["issuer"] == "https://id.example"
    assert "evil.example" not in response.text
