"""Token Introspection."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.oauth.parties import Client, Owner, assert_error
from tests.oauth.test_endings import change_the_password, delete_client, disable_user, remove_access

INACTIVE = {"active": False}
PATH = "/api/oauth/introspect"


@pytest.mark.standard("RFC 7662", "2.2", "The answer is a JSON object whose active is a boolean")
@pytest.mark.standard("RFC 7662", "2.3", "Asking about a token that is not active is no error")
def test_the_answer_is_json_with_a_boolean(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    for sent, active in ((token, True), (token[:-1], False)):
        answer = client.post(PATH, token=sent)
        assert answer.status_code == 200
        assert answer.mimetype == "application/json"
        assert answer.get_json()["active"] is active


@pytest.mark.standard("RFC 7662", "4", "A token that was revoked or replaced is not active")
def test_what_was_revoked_or_replaced_is_not_active_and_nothing_else_is_said(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    assert client.introspect(first["refresh_token"]) == INACTIVE
    assert client.introspect(second["refresh_token"])["active"] is True
    client.revoke(second["refresh_token"])
    for tokens in (first, second):
        assert client.introspect(tokens["access_token"]) == INACTIVE
        assert client.introspect(tokens["refresh_token"]) == INACTIVE


@pytest.mark.standard("RFC 7662", "4", "A token whose user or consent is gone is not active")
@pytest.mark.parametrize("end", [disable_user, change_the_password, remove_access])
def test_a_token_whose_grant_has_ended_is_not_active(
    app: Flask, owner: Owner, client: Client, end: Callable[[Owner, Client], None]
) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    with app.app_context():
        end(owner, client)
    assert client.introspect(token) == INACTIVE


@pytest.mark.standard("RFC 7662", "2.1", "A client that is gone may ask about nothing")
def test_a_deleted_client_is_told_nothing(app: Flask, owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    with app.app_context():
        delete_client(owner, client)
    assert_error(client.post(PATH, token=token), "invalid_client", status=401)


@pytest.mark.standard("RFC 7662", "2.1", "The access token that is asked about authorizes nobody to ask")
def test_a_bearer_token_is_no_authorization_to_ask(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    answer = client.app.test_client().post(PATH, data={"token": token}, headers=header)
    assert_error(answer, "invalid_client", status=401)


@pytest.mark.standard("RFC 7662", "4", "Tokens are not taken from the query of a GET")
def test_a_token_in_the_address_is_not_answered(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    answer = client.app.test_client().get(PATH, query_string={"token": token})
    assert_error(answer, "invalid_request", status=405)
