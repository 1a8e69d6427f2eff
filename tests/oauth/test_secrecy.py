"""Where secrets must not be: in the database, in the log at DEBUG, in an error."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select

from portal.foundation.database import Base, reading_connection
from tests.oauth.parties import Client, Owner


def everything_stored(app: Flask) -> str:
    """Every value of every row, as text."""
    with app.app_context(), reading_connection() as connection:
        rows = [row for table in Base.metadata.sorted_tables for row in connection.execute(select(table))]
    return "\n".join(
        value.decode("latin-1") if isinstance(value, bytes) else str(value) for row in rows for value in row
    )


@pytest.mark.standard("ContextFile security rule", "62", "A dump of the database holds no usable secret, code or token")
@pytest.mark.standard("ContextFile security rule", "69", "Planted secrets, codes and tokens are in no log at DEBUG")
@pytest.mark.standard("RFC 6749", "10.3", "Access tokens are kept confidential in storage")
@pytest.mark.standard("RFC 6749", "10.4", "Refresh tokens are kept confidential in storage")
def test_no_code_token_or_secret_is_in_the_database_or_the_log(
    app: Flask, owner: Owner, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """OWASP ASVS 11.4.2, 16.2.5."""
    caplog.set_level(logging.DEBUG)
    for name in (
        "authlib",
        "authlib.oauth2.rfc6749.grants.authorization_code",
        "authlib.oauth2.rfc6749.grants.refresh_token",
    ):
        caplog.set_level(logging.DEBUG, logger=name)
    code = client.obtain_code(owner)
    first = client.exchange(code).get_json()
    second = client.refresh(first["refresh_token"]).get_json()
    client.introspect(second["access_token"])
    client.refresh(first["refresh_token"] + "x")
    client.exchange(code)
    client.revoke(second["refresh_token"])
    secrets = [code, client.registered.client_secret, client.verifier]
    secrets += [tokens[name] for tokens in (first, second) for name in ("access_token", "refresh_token")]
    stored, logged = everything_stored(app), caplog.text
    assert "Issue token" in logged, "Authlib's debug lines are what this test is about"
    for secret in secrets:
        assert secret
        assert secret not in stored
        assert secret not in logged


@pytest.mark.standard("ContextFile security rule", "69", "Errors do not repeat the credentials that were sent")
def test_errors_do_not_repeat_what_was_sent(client: Client) -> None:
    canary = "cf_rt_" + "canary" * 10
    assert "canary" not in client.refresh(canary).text
    assert "canary" not in client.exchange(canary).text
    assert "canary" not in client.refresh("x", client_secret=canary).text
