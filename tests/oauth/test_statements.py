"""How many statements each endpoint costs: hot paths do one indexed query or one transaction."""

from flask import Flask

from portal.oauth.clients import mint_secret
from tests.fixtures.statements import cost
from tests.oauth.parties import Client, Owner


def test_each_endpoint_costs_what_it_must(app: Flask, owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner)
    tokens = client.obtain_tokens(owner)
    assert cost(app, lambda: client.exchange(code)) == ["SELECT", "UPDATE", "COMMIT"]
    assert cost(app, lambda: client.introspect(tokens["access_token"])) == ["SELECT"]
    assert cost(app, lambda: client.call(tokens["access_token"], "/api/v1/nothing")) == []
    assert cost(app, lambda: client.call(tokens["access_token"])) == ["SELECT", "SELECT"], "the check, and the profile"
    assert cost(app, lambda: client.refresh(tokens["refresh_token"])) == ["SELECT", "UPDATE", "COMMIT"]
    assert cost(app, lambda: client.revoke(tokens["refresh_token"])) == ["SELECT", "UPDATE", "COMMIT"]


def test_what_is_malformed_costs_no_look_up_of_its_own(app: Flask, client: Client) -> None:
    assert cost(app, lambda: client.call("cf_at_nonsense")) == []
    assert cost(app, lambda: client.refresh("x", client_secret="cf_cs_nonsense")) == []
    assert cost(app, lambda: client.refresh("x", client_id="nobody", client_secret=mint_secret())) == []
    assert cost(app, lambda: client.refresh("cf_rt_nonsense")) == ["SELECT"], "the client, to authenticate it"
