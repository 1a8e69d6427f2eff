"""Secrets planted along a whole journey at a live server at DEBUG: in no log line, no page, no row.

OWASP ASVS 11.4.2, 16.2.5.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from portal.oauth.clients import mint_secret
from tests.fixtures.servers import LiveServer, StartServer
from tests.oauth.witness import REDIRECT_URI, Witness

EMAIL = "canary@people.example"
REFUSALS = 15


@pytest.fixture(scope="module")
def server(start_server: StartServer) -> LiveServer:
    """A server that says all that it can."""
    return start_server(log_level="DEBUG", workers=1)


@pytest.fixture(scope="module")
def witness(server: LiveServer) -> Witness:
    """Somebody who has been through everything, errors included."""
    witness = Witness(server)
    come_in(witness)
    client_id, secret = register(witness)
    spent = spend(witness, client_id, secret)
    err(witness, client_id, secret, spent)
    activity = witness.open(f"/developer/oauth-apps/{client_id}/activity")
    assert "The client secret is wrong or was replaced" in activity.text, "what failed is in the database now"
    return witness


def come_in(witness: Witness) -> None:
    """Sign up, log out, mistype the password, log in; send some of it twice."""
    password = witness.planted(secrets.token_urlsafe(24))
    assert witness.send_form("/signup", email=EMAIL).status_code == 303
    finish = witness.read_mail("/signup/finish?token=")
    too_short = witness.planted(password[:7])
    assert witness.send_form(finish, name="Canary", password=too_short).status_code == 422
    assert witness.send_form(finish, name="Canary", password=password).status_code == 303
    assert witness.send_form("/logout", page="/developer/oauth-apps").status_code == 303
    assert witness.open(finish).status_code == 410
    assert witness.send_form("/signup", email=EMAIL).status_code == 303
    assert witness.send_form("/reset-password", email=EMAIL).status_code == 303
    assert witness.open(witness.read_mail("/reset-password/new?token=")).status_code == 200
    assert witness.send_form("/login", email=EMAIL, password=witness.planted("wrong-" + password)).status_code == 422
    assert witness.send_form("/login", email=EMAIL, password=witness.planted(password * 100)).status_code == 422
    assert witness.post("/login", email=EMAIL, password=password).status_code == 400, "no csrf_token"
    assert witness.send_form("/login", email=EMAIL, password=password).status_code == 303


def register(witness: Witness) -> tuple[str, str]:
    """Register a client, read and replace it with its token, and fail to; then claim it, so that failures are kept."""
    document = {"client_name": "Canary", "redirect_uris": [REDIRECT_URI]}
    registration = witness.call("POST", "/api/oauth/register", json=document).json()
    token = registration["registration_access_token"]
    path, headers = urlsplit(registration["registration_client_uri"]).path, {"Authorization": f"Bearer {token}"}
    assert witness.call("GET", path, headers=headers).status_code == 200
    assert witness.call("GET", f"{path}x", headers=headers).status_code == 401
    assert witness.call("PUT", path, headers=headers, json={"client_secret": token}).status_code == 400
    assert {token, registration["client_secret"]} <= witness.secrets
    assert (
        witness.send_form("/developer/oauth-apps/claim", client_id=registration["client_id"], token="x").status_code
        == 422
    )
    claim = {"client_id": registration["client_id"], "token": token}
    assert witness.send_form("/developer/oauth-apps/claim", **claim).status_code == 303
    return registration["client_id"], registration["client_secret"]


def spend(witness: Witness, client_id: str, secret: str) -> dict[str, str]:
    """A code, its tokens and their successors, used well and badly; gives the last request."""
    verifier = witness.planted(secrets.token_urlsafe(48))
    code, answered = witness.obtain_code(client_id, verifier)
    assert witness.post("/oauth/authorize", **answered).status_code == 303, "the same answer again"
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, "code_verifier": verifier}
    wrong = form | {"code_verifier": witness.planted(secrets.token_urlsafe(48))}
    identity = (client_id, secret)
    assert witness.call("POST", "/api/oauth/token", data=wrong, auth=identity).status_code == 400
    mistaken = (client_id, witness.planted(mint_secret()))
    assert witness.call("POST", "/api/oauth/token", data=form, auth=mistaken).status_code == 401
    first = witness.call("POST", "/api/oauth/token", data=form, auth=identity).json()
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = witness.call("POST", "/api/oauth/token", data=refresh, auth=identity).json()
    assert (
        witness.call("POST", "/api/oauth/token", data=refresh, auth=identity).json()["refresh_token"] in second.values()
    )
    for token in second["access_token"], second["refresh_token"]:
        assert witness.call("POST", "/api/oauth/introspect", data={"token": token}, auth=identity).json()["active"]
        witness.call("GET", "/api/v1/profile", headers={"Authorization": f"Bearer {token}"})
    assert witness.call("POST", "/api/oauth/token", data=form, auth=identity).status_code == 400, "the code again"
    assert witness.call("POST", "/api/oauth/revoke", data={"token": second["refresh_token"]}, auth=identity).ok
    return {**form, "access_token": second["access_token"], "refresh_token": second["refresh_token"]}


def err(witness: Witness, client_id: str, secret: str, spent: dict[str, str]) -> None:
    """Secrets where they do not belong: in addresses, in other parameters, in what cannot be read."""
    everything = {**spent, "client_id": client_id, "client_secret": secret}
    assert witness.call("POST", "/api/oauth/token", params=everything).status_code == 400
    assert witness.call("POST", "/api/oauth/token", json=everything).status_code == 400
    assert witness.call("POST", "/api/oauth/token", data=everything | {"code": f"{secret}\n"}).status_code == 400
    assert witness.call("POST", "/api/oauth/token", data=everything | {"state": secret * 1000}).status_code == 413
    assert witness.call("PUT", "/api/oauth/token", data=everything).status_code == 405
    for value in (f"Basic {secret}", f"Bearer {secret}", secret, f"Basic {secret}:"):
        refused = witness.call("POST", "/api/oauth/token", data=spent, headers={"Authorization": value})
        assert refused.status_code == 401
    assert witness.call("GET", "/api/v1/profile", params={"access_token": spent["access_token"]}).status_code == 401
    assert witness.call("GET", f"/{spent['access_token']}").status_code == 404
    assert witness.call("GET", f"/api/v1/contexts/{spent['access_token']}").status_code in {401, 404}
    unknown = witness.authorize("cf_app_unknown", spent["code_verifier"], client_secret=secret, code=spent["code"])
    assert witness.open(unknown).status_code == 400
    wrong = witness.authorize(client_id, spent["code_verifier"], response_type="token", client_secret=secret)
    refused = witness.open(wrong)
    assert refused.status_code == 303
    assert secret not in refused.headers["Location"]


def found(secrets_to_find: set[str], text: str) -> list[str]:
    """Which ones are in it."""
    return [secret for secret in secrets_to_find if secret in text]


@pytest.mark.standard("ContextFile security rule", "69", "Planted credentials appear in no page and no error")
def test_in_no_page_and_no_error(witness: Witness) -> None:
    assert len(witness.secrets) > 10
    for address, body in witness.shown:
        assert not found(witness.secrets, body), address


@pytest.mark.standard("ContextFile security rule", "69", "Planted credentials appear in no line of the log at DEBUG")
def test_in_no_line_of_the_log(server: LiveServer, witness: Witness) -> None:
    log = server.log.read_text()
    assert " DEBUG " in log
    assert log.count(" refused: ") > REFUSALS, "the errors are what this test is about"
    assert not found(witness.secrets, log)


@pytest.mark.standard("ContextFile security rule", "62", "Planted credentials appear in no row of the database")
def test_in_no_row_of_the_database(server: LiveServer, witness: Witness) -> None:
    dump = dump_of(server.environment["DATABASE_URL"])
    assert EMAIL in dump, "what is stored is in the dump"
    assert not found(witness.secrets, dump)


def dump_of(database_url: str) -> str:
    """Everything that a copy of the database would give away: SQLite's files as they are, PostgreSQL's rows."""
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        return "".join(part.read_bytes().decode("latin-1") for part in file.parent.glob(f"{file.name}*"))
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [
            row
            for (table,) in tables
            for row in connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
        ]
    values = [value for row in rows for value in row]
    return "\n".join(value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in values)
