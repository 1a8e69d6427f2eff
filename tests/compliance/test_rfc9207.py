"""Authorization Server Issuer Identification."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, meet
from tests.oauth.registrations import send

WELL_KNOWN = "/.well-known/oauth-authorization-server"


def issuers(response: TestResponse) -> list[str]:
    return parse_qs(urlsplit(response.headers["Location"]).query)["iss"]


def issuer(browser: FlaskClient) -> str:
    return str(browser.get(WELL_KNOWN).get_json()["issuer"])


@pytest.mark.standard("RFC 9207", "2", "iss is in every kind of response, once, and identical to the metadata's issuer")
@pytest.mark.standard("ContextFile security rule", "11", "iss is in every kind of response, errors included")
def test_every_kind_of_response_names_the_issuer_of_the_metadata(app: Flask, owner: Owner, client: Client) -> None:
    stranger = app.test_client()
    responses = [
        owner.answer(owner.browser.get(client.request_uri()), "deny"),
        owner.answer(owner.browser.get(client.request_uri()), "allow"),
        owner.browser.get(client.request_uri(prompt="none", scope="profile:read")),
        owner.browser.get(client.request_uri(prompt="none", scope="tasks:write")),
        owner.browser.get(client.request_uri(scope="admin")),
        owner.browser.get(client.request_uri(resource="https://other.example")),
        stranger.get(client.request_uri(prompt="none")),
    ]
    assert [issuers(response) for response in responses] == [[issuer(stranger)]] * len(responses)


@pytest.mark.standard("RFC 9207", "2", "iss is an https URL where the issuer is one")
def test_over_tls_it_is_the_public_address(make_app: MakeApp) -> None:
    owner, client = meet(make_app(public_url="https://id.example"))
    response = owner.browser.get(client.request_uri(prompt="none"), base_url="https://id.example")
    assert issuers(response) == ["https://id.example"]


@pytest.mark.standard("ContextFile security rule", "13", "No redirect URI may already carry a response parameter")
@pytest.mark.standard("RFC 9207", "2.4", "A client finds one iss: no redirect URI may carry its own")
def test_no_redirect_uri_brings_a_response_parameter_of_its_own(app: Flask) -> None:
    for name in ("iss", "code", "state", "error"):
        document = {"redirect_uris": [f"https://client.example/callback?{name}=https://evil.example"]}
        assert send(app, document).get_json()["error"] == "invalid_redirect_uri"


@pytest.mark.standard("RFC 9207", "2", "iss is added to a redirect URI that has a query of its own")
def test_it_is_added_to_a_query(app: Flask, owner: Owner) -> None:
    uri = "https://client.example/callback?tenant=1"
    client = Client(app, make_client(app, make_person(app), redirect_uris=(uri,)), redirect_uri=uri)
    response = owner.answer(owner.browser.get(client.request_uri()), "allow")
    assert response.headers["Location"].startswith(f"{uri}&")
    assert issuers(response) == [issuer(app.test_client())]
