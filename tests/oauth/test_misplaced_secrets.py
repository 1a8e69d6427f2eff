"""A secret that a developer sends as the wrong parameter is not written into an error, a page or an address."""

import pytest

from tests.oauth.parties import STATE, Client, Owner, assert_error


@pytest.fixture
def secret(client: Client) -> str:
    """The client's."""
    assert client.registered.client_secret
    return client.registered.client_secret


def test_as_the_grant_type(client: Client, secret: str) -> None:
    response = client.refresh("x", grant_type=secret)
    assert_error(response, "unsupported_grant_type")
    assert secret not in response.text


def test_as_the_scope_of_a_refresh(owner: Owner, client: Client, secret: str) -> None:
    response = client.refresh(client.obtain_tokens(owner)["refresh_token"], scope=secret)
    assert_error(response, "invalid_scope")
    assert secret not in response.text


def test_as_the_scope_of_an_authorization_request(owner: Owner, client: Client, secret: str) -> None:
    response = owner.browser.get(client.request_uri(scope=secret))
    assert response.status_code == 303
    assert secret not in response.headers["Location"]


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "response_type", "scope"])
def test_on_the_page_of_a_request_that_cannot_be_shown(owner: Owner, client: Client, secret: str, name: str) -> None:
    wrong = {"redirect_uri": "https://client.example/other", "state": STATE}
    response = owner.browser.get(client.request_uri(**{**wrong, name: secret}))
    assert response.status_code == 400
    assert secret not in response.text
