"""Resource Indicators."""

import pytest

from tests.oauth.parties import Client, Owner, answer_of, assert_error

API = "http://127.0.0.1:5000/api/v1"


@pytest.mark.standard("RFC 8707", "2", "One unknown resource among several is an invalid_target")
def test_one_unknown_resource_among_several_is_refused(owner: Owner, client: Client) -> None:
    uri = client.request_uri(resource=API) + "&resource=https://other.example/api"
    assert answer_of(owner.browser.get(uri))["error"] == "invalid_target"


@pytest.mark.standard("RFC 8707", "2", "A resource has no fragment and is absolute, at the token endpoint too")
def test_a_resource_with_a_fragment_or_without_a_scheme_is_refused(owner: Owner, client: Client) -> None:
    for resource in (f"{API}#x", "/api/v1", "api/v1", "//127.0.0.1:5000/api/v1"):
        code = client.obtain_code(owner)
        assert_error(client.exchange(code, resource=resource), "invalid_target")
        assert client.exchange(code, resource=API).status_code == 200


@pytest.mark.standard("ContextFile security rule", "50", "The resource is checked at exchange and refresh")
@pytest.mark.standard("RFC 8707", "2.2", "A refused resource spends neither code nor refresh token")
def test_a_refused_resource_spends_nothing(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner, resource=API)
    assert_error(client.refresh(tokens["refresh_token"], resource="https://other.example"), "invalid_target")
    assert client.refresh(tokens["refresh_token"], resource=API).status_code == 200


@pytest.mark.standard("RFC 8707", "2", "Without resource the server chooses, and says so in the token's audience")
def test_without_a_resource_the_token_is_for_the_api(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    assert client.introspect(token)["aud"] == [API]
    assert client.call(token).status_code == 200
