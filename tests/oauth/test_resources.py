"""Protected resources: their metadata (RFC 9728) and the audience of a grant (RFC 8707)."""

import pytest
from flask import Flask

from portal.oauth.bearer import find_access
from tests.oauth.parties import Client, Owner, answer_of, assert_error

API = "http://127.0.0.1:5000/api/v1"
WELL_KNOWN = "/.well-known/oauth-protected-resource/api/v1"


@pytest.mark.standard(
    "ContextFile security rule", "52", "The 401 leads to the resource's metadata, and that to the server"
)
@pytest.mark.standard("RFC 9728", "2", "The document has resource, authorization_servers and bearer_methods_supported")
@pytest.mark.standard("RFC 9728", "3.1", "The document is at the well-known address with the resource's path")
@pytest.mark.standard("RFC 9728", "3.3", "resource is identical to what the address was made from")
@pytest.mark.standard("RFC 9728", "5.1", "WWW-Authenticate carries resource_metadata")
def test_a_client_that_knows_only_the_api_finds_the_server(app: Flask) -> None:
    """RFC 9728 §5.1, §3."""
    browser = app.test_client()
    challenge = browser.get("/api/v1/profile").headers["WWW-Authenticate"]
    assert f'resource_metadata="http://127.0.0.1:5000{WELL_KNOWN}"' in challenge
    document = browser.get(WELL_KNOWN).get_json()
    assert document["resource"] == API
    assert document["authorization_servers"] == ["http://127.0.0.1:5000"]
    assert document["bearer_methods_supported"] == ["header"]
    server = browser.get("/.well-known/oauth-authorization-server").get_json()
    assert server["protected_resources"] == [API]
    assert server["scopes_supported"] == document["scopes_supported"]


@pytest.mark.standard("RFC 9728", "3.1", "There is no document for what is no resource")
def test_there_is_no_metadata_of_what_is_no_resource(app: Flask) -> None:
    for path in ("/.well-known/oauth-protected-resource/api/v2", "/.well-known/oauth-protected-resource"):
        assert app.test_client().get(path).status_code == 404


@pytest.mark.standard("ContextFile security rule", "50", "An unknown resource is an invalid_target")
@pytest.mark.standard("RFC 8707", "2", "resource is an absolute URI without a fragment; another is an invalid_target")
@pytest.mark.parametrize("resource", ["https://other.example/api", f"{API}/", f"{API}#x", "api/v1", "é"])
def test_an_unknown_resource_is_an_invalid_target(owner: Owner, client: Client, resource: str) -> None:
    """RFC 8707 §2."""
    assert answer_of(owner.browser.get(client.request_uri(resource=resource)))["error"] == "invalid_target"
    tokens = client.obtain_tokens(owner)
    assert_error(client.refresh(tokens["refresh_token"], resource=resource), "invalid_target")
    assert_error(client.exchange(client.obtain_code(owner), resource=resource), "invalid_target")


@pytest.mark.standard("ContextFile security rule", "50", "resource is bound to the grant")
@pytest.mark.standard("RFC 8707", "2.2", "resource at the token endpoint keeps to what was granted")
def test_the_audience_is_bound_to_the_grant_and_told(owner: Owner, client: Client) -> None:
    """RFC 8707 §2.2, RFC 7662 §2.2."""
    tokens = client.exchange(client.obtain_code(owner, resource=API), resource=API).get_json()
    assert client.introspect(tokens["access_token"])["aud"] == [API]
    assert client.refresh(tokens["refresh_token"], resource=API).status_code == 200


@pytest.mark.standard("RFC 8707", "2", "resource may be repeated")
def test_resource_is_the_one_parameter_that_may_be_repeated(owner: Owner, client: Client) -> None:
    """RFC 8707 §2."""
    uri = client.request_uri(resource=API) + f"&resource={API}"
    assert owner.browser.get(uri).status_code == 200


@pytest.mark.standard("ContextFile security rule", "50", "A token for another audience is refused")
@pytest.mark.standard("RFC 9700", "2.3", "Access tokens are restricted to a resource, and it checks that")
def test_a_token_is_refused_at_a_resource_that_it_is_not_for(app: Flask, owner: Owner, client: Client) -> None:
    """RFC 9700 §2.3."""
    token = client.obtain_tokens(owner)["access_token"]
    with app.app_context():
        assert find_access(token, "/api/v1")
        assert find_access(token, "/api/other") is None
