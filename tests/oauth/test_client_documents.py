"""Clients whose identifier is the URL of their metadata document (draft-ietf-oauth-client-id-metadata-document-02)."""

from html import escape

import pytest
from flask import Flask

from portal.developer.apps import RegisteredApp
from portal.oauth.scopes import SCOPES
from tests.factories import REDIRECT_URI, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.document_server import DocumentServer, answer
from tests.oauth.parties import Client, Owner, answer_of, assert_error
from tests.oauth.publishers import Publisher, count_stored, refusal


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The server of a developer's machine, which fetches from it too."""
    return make_app(client_documents_loopback=True)


@pytest.fixture
def publisher(document_server: DocumentServer) -> Publisher:
    return Publisher(document_server)


@pytest.fixture
def client(app: Flask, publisher: Publisher) -> Client:
    return publisher.client(app)


@pytest.fixture
def owner(app: Flask) -> Owner:
    return Owner(app, make_person(app)).log_in()


@pytest.mark.standard(
    "Client ID Metadata Document", "Client Identifier Metadata", "A client whose identifier is a URL goes the whole way"
)
def test_the_whole_way_from_a_document_to_the_api(owner: Owner, client: Client, publisher: Publisher) -> None:
    page = owner.browser.get(client.request_uri(scope=" ".join(SCOPES)))
    assert "Pocket Writer" in page.text
    assert (
        f'comes from <strong class="consent-host">{publisher.server.origin.removeprefix("http://")}</strong>'
        in page.text
    )
    assert "ContextFile has not verified it" in page.text
    tokens = client.exchange(answer_of(owner.answer(page, "allow"))["code"]).get_json()
    assert client.call(tokens["access_token"]).status_code == 200
    assert client.introspect(tokens["access_token"])["client_id"] == publisher.url
    renewed = client.refresh(tokens["refresh_token"]).get_json()
    assert client.call(renewed["access_token"]).status_code == 200
    assert client.revoke(renewed["refresh_token"]).status_code == 200
    assert client.call(renewed["access_token"]).status_code == 401
    assert len(publisher.server.requests) == 1, "only the authorization endpoint fetches, and once"


@pytest.mark.standard(
    "ContextFile security rule", "68", "A client of a document has no secret and is always asked about"
)
def test_it_is_a_public_client_that_is_always_asked_about(owner: Owner, client: Client) -> None:
    client.obtain_tokens(owner)
    assert "Allow" in owner.browser.get(client.request_uri()).text
    assert answer_of(owner.browser.get(client.request_uri(prompt="none")))["error"] == "consent_required"
    without = client.request_uri(code_challenge=None, code_challenge_method=None)
    assert answer_of(owner.browser.get(without))["error"] == "invalid_request"
    assert_error(client.refresh("x", client_secret="secret"), "invalid_client", status=401)


def test_its_access_is_listed_and_removed_like_any_other(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    page = owner.browser.get("/settings/connected-apps")
    assert "Pocket Writer" in page.text
    path = page.text.split('action="/settings/')[1].split('"')[0]
    csrf = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert owner.browser.post(f"/settings/{path}", data={"csrf_token": csrf}).status_code == 303
    assert client.call(token).status_code == 401


def test_the_documents_scope_is_what_a_request_without_one_asks_for(
    owner: Owner, client: Client, publisher: Publisher
) -> None:
    publisher.publish(scope="tasks:read openid skills:read offline_access")
    assert client.obtain_tokens(owner, scope=None)["scope"] == "skills:read tasks:read"


def test_what_only_other_servers_serve_is_no_fault_of_a_document(
    owner: Owner, client: Client, publisher: Publisher
) -> None:
    publisher.publish(
        grant_types=["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code", {}],
        response_types=["code", "code id_token"],
        token_endpoint_auth_method="none",
        logo_uri="http://169.254.169.254/",
        jwks_uri="http://127.0.0.1/",
        software_statement="x",
    )
    assert client.obtain_tokens(owner)
    assert len(publisher.server.requests) == 1


@pytest.mark.standard(
    "ContextFile security rule", "68", "client_id in the document must be its URL; no authentication by secret"
)
@pytest.mark.standard(
    "Client ID Metadata Document",
    "Client ID Metadata Document",
    "client_id must be the document's URL to the character",
)
@pytest.mark.standard(
    "Client ID Metadata Document",
    "Credential and Key Material Restrictions",
    "client_secret and secret-based methods are refused",
)
@pytest.mark.standard(
    "Client ID Metadata Document", "Redirect URL Registration", "Redirect URIs are checked as those of any client"
)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": None}, "client_id: It must be"),
        ({"client_id": "http://127.0.0.1/client.json"}, "client_id: It must be"),
        ({"client_id": ["x"]}, "client_id: It must be"),
        ({"client_secret": "x"}, "client_secret: Leave it out"),
        ({"client_secret": ""}, "client_secret: Leave it out"),
        ({"client_secret_expires_at": 0}, "client_secret_expires_at: Leave it out"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method: Use none"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "token_endpoint_auth_method: Use none"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "keys are not served yet"),
        ({"token_endpoint_auth_method": {"a": 1}}, "token_endpoint_auth_method: Use none"),
        ({"redirect_uris": None}, "redirect_uris: Send a list"),
        ({"redirect_uris": []}, "redirect_uris: Send a list"),
        ({"redirect_uris": ["http://evil.example/"]}, "redirect_uris[0]: Use https://"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "redirect_uris[0]:"),
        ({"redirect_uris": [REDIRECT_URI, "https://*.example/"]}, "redirect_uris[1]: Wildcards"),
        ({"client_uri": "javascript:alert(1)"}, "client_uri: Send a web address"),
        ({"client_name": "a\0b"}, "client_name: Leave out control characters"),
        ({"client_name": "a\ud800b"}, "client_name: Leave out control characters"),
        ({"client_name": "\u202eevil"}, "client_name: Leave out control characters"),
        ({"client_name": 7}, "client_name: Send a string"),
        ({"grant_types": ["client_credentials"]}, "grant_types: Send a list"),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused_with_the_cure(
    app: Flask, owner: Owner, client: Client, publisher: Publisher, changes: dict[str, object], words: str
) -> None:
    """Client ID Metadata Document; Credential and Key Material Restrictions; Redirect URL Registration."""
    publisher.publish(**changes)
    text = refusal(owner, client)
    assert "The client document of 127.0.0.1" in text
    assert escape(words) in text
    assert count_stored(app) == 0
    assert len(publisher.server.requests) == 1
    publisher.publish()
    assert owner.browser.get(client.request_uri()).status_code == 200, "no error is cached (Metadata Caching)"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"\xff\xfe{}", b"[" * 5000, b"1" * 5000, b'{"client_id":"a","client_id":"b"}']
)
def test_what_is_not_one_json_object_is_refused(
    owner: Owner, client: Client, publisher: Publisher, body: bytes
) -> None:
    publisher.server.pieces = answer(body)
    assert "Send one JSON object in UTF-8" in refusal(owner, client)


@pytest.mark.standard("ContextFile security rule", "67", "A document that cannot be fetched is no client")
def test_what_the_fetch_refuses_is_told_with_its_reason(owner: Owner, client: Client, publisher: Publisher) -> None:
    publisher.server.pieces = answer(status="302 Found")
    text = refusal(owner, client)
    assert "cannot be fetched. The answer must have status 200; it has 302. Redirects are not followed." in text
    assert "must be the address of its metadata document" in text


@pytest.mark.standard(
    "Client ID Metadata Document",
    "Client Identifier URL",
    "https with a path, without fragment, user name or dot segments",
)
@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("http://client.example/x", "Use https://"),
        ("https://client.example", "Add the path"),
        ("https://client.example?x", "Add the path"),
        ("https://client.example/x#", "Leave out the fragment"),
        ("https://me@client.example/x", "Leave out the user name"),
        ("https://me:secret@client.example/x", "Leave out the user name"),
        ("https://client.example/a/../x", "Leave out the path segments"),
        ("https://client.example/./x", "Leave out the path segments"),
        ("https://client.example/%2e%2E/x", "Leave out the path segments"),
        ("https://client.example:port/x", "The host or the port cannot be read"),
        ("https://client.example\\@evil.example/x", "Percent-encode"),
        ("https://clïent.example/x", "Percent-encode"),
        ("https:///x", "Name the host"),
        ("https://client.example/" + "x" * 233, "it has 256 characters, and 255 are the most"),
    ],
)
def test_a_url_that_cannot_be_a_client_id_is_not_fetched(app: Flask, owner: Owner, url: str, cure: str) -> None:
    """Client Identifier URL."""
    text = refusal(owner, Client(app, RegisteredApp(url, None)))
    assert "This URL cannot be a client ID." in text
    assert cure in text


@pytest.mark.parametrize("path", ["/", "/a;b/c%20d", "/x?version=2", "/" + "x" * 150])
def test_other_urls_can(app: Flask, owner: Owner, document_server: DocumentServer, path: str) -> None:
    """A path of / and a query are not recommended; neither is forbidden (Client Identifier URL)."""
    client = Publisher(document_server, path).client(app)
    assert client.call(client.obtain_tokens(owner)["access_token"]).status_code == 200


@pytest.mark.standard("ContextFile security rule", "67", "A client document on loopback is not fetched")
def test_without_the_development_setting_loopback_is_not_reached(make_app: MakeApp, publisher: Publisher) -> None:
    app = make_app()
    owner = Owner(app, make_person(app)).log_in()
    assert "Begin it with https://" in refusal(owner, publisher.client(app))
    publisher.url = publisher.url.replace("http:", "https:")
    assert "The host name has no public address." in refusal(owner, publisher.client(app))
    assert publisher.server.requests == []
