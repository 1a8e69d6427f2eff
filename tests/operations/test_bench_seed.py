"""`flask bench-seed`: what it prints can be used as printed, on both databases."""

import json

from flask import Flask
from sqlalchemy import func, select

from portal.developer.apps import RegisteredApp
from portal.foundation.database import reading
from portal.oauth.models import Authorization
from portal.operations.bench_seed import REDIRECT_URI
from tests.oauth.parties import Client


def test_every_kind_of_row_works_and_the_bulk_is_there(app: Flask) -> None:
    arguments = ["bench-seed", "--codes", "2", "--refresh", "1", "--access", "1", "--revoke", "1", "--fill", "12000"]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert [len(document[name]) for name in ("codes", "refresh_tokens", "access_tokens", "revoke_tokens")] == [
        2,
        1,
        1,
        1,
    ]
    client = Client(app, RegisteredApp(document["client_id"], document["client_secret"]), document["redirect_uri"])
    for code in document["codes"]:
        assert client.exchange(code["code"], code_verifier=code["code_verifier"]).status_code == 200
    assert client.refresh(document["refresh_tokens"][0]).status_code == 200
    assert client.introspect(document["access_tokens"][0])["active"] is True
    assert client.call(document["access_tokens"][0], document["resource_path"]).status_code == 200
    assert client.revoke(document["revoke_tokens"][0]).status_code == 200
    assert client.call(document["revoke_tokens"][0]).status_code == 401
    assert document["redirect_uri"] == REDIRECT_URI
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Authorization)) == 12005
