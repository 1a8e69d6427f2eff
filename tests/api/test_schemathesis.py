"""The running server answers as `/openapi.json` says, whatever is sent to it."""

from base64 import b64encode
from typing import Any

import pytest
from flask import Flask
from schemathesis.core.parameters import ParameterLocation

from portal.foundation.database import transaction
from portal.oauth import tokens
from portal.oauth.clients import find_client
from portal.oauth.metadata import ENDPOINTS, REGISTRATION
from portal.oauth.presented import find
from tests.accounts.visitor import visit_signed_in
from tests.api.callers import Caller
from tests.api.conformance import AnyCase, conform, filling_in, is_good
from tests.api.test_access import make_one_of_each
from tests.factories import REDIRECT_URI
from tests.fixtures.applications import MakeApp
from tests.oauth import registrations

pytestmark = [pytest.mark.parametrize("database", ["sqlite"], indirect=True), pytest.mark.heavy]
OFF = {"enabled": False}


_ANSWERED = {
    "GET /api/v1/profile": {200, 400},
    "GET /api/v1/contexts": {200, 400},
    "POST /api/v1/contexts": {201, 400, 415},
    "GET /api/v1/contexts/{context_id}": {200, 400, 404},
    "PATCH /api/v1/contexts/{context_id}": {200, 400, 404, 412},
    "PUT /api/v1/contexts/{context_id}": {200, 400, 404, 412},
    "DELETE /api/v1/contexts/{context_id}": {204, 404},
    "GET /api/v1/skills/{skill_id}": {200, 404},
    "POST /api/v1/skills/{skill_id}/execute": {200, 400, 404},
    "POST /api/v1/tasks": {201, 400, 415},
    "GET /api/v1/tasks/{task_id}": {200, 404},
    "PUT /api/v1/tasks/{task_id}": {200, 400, 404},
    "DELETE /api/v1/tasks/{task_id}": {204, 404},
    "POST /api/v1/tasks/{task_id}/execute": {202, 400, 404},
    "GET /api/v1/runs": {200, 400},
    "GET /api/v1/runs/{run_id}": {200, 404},
    "POST /api/v1/runs/{run_id}/cancel": {200, 404},
    "GET /api/v1/runs/{run_id}/events": {200, 404},
}
"""What is seen at least, of the operations that have most to say."""


def new_code(app: Flask, caller: Caller) -> str:
    """An authorization code that nobody has used."""
    with app.app_context(), transaction() as session:
        client = find_client(caller.oauth_app.client_id)
        assert client is not None
        return tokens.issue_code(
            session,
            client_key=client.key,
            user_id=caller.person.id,
            scope="profile:read contexts:read",
            redirect_uri=None,
            code_challenge=None,
        )


def new_tokens(app: Flask, caller: Caller) -> dict[str, Any]:
    """Tokens that nobody has used."""
    code = new_code(app, caller)
    with app.app_context():
        presented = find(code)
        assert presented is not None
        return dict(tokens.exchange(presented))


def test_the_rest_api_is_as_described(ada: Caller, make_app: MakeApp) -> None:
    app = make_app(most_waiting_runs=10_000)  # nobody works them off
    ids = make_one_of_each(ada)

    def fill(case: AnyCase) -> None:
        if "run_id" in case.path_parameters and str(case.path_parameters["run_id"]).isdecimal():
            case.path_parameters["run_id"] = str(ids["task_run"])  # over, so that nobody has to wait for its events
        if case.headers.get("Prefer", "").startswith("wait"):
            case.headers["Prefer"] = "respond-async"
        if not is_good(case):
            return
        for name in case.path_parameters.keys() & {"context_id", "skill_id"}:
            case.path_parameters[name] = str(ids[name.removesuffix("_id")])
        case.query.pop("cursor", None)  # cannot be made up, and not beside a page
        if isinstance(case.body, dict) and "variables" in case.body:
            case.body = {**case.body, "variables": {}}
        if isinstance(case.body, dict) and case.body.get("steps"):
            case.body = {**case.body, "steps": [{"skill_id": str(ids["skill"])}]}

    section = {
        "include-path-regex": "^/api/v1/",
        # It cannot read what a WSGI application has compressed.
        "headers": {"Authorization": f"Bearer {ada.token}", "Accept-Encoding": "identity"},
        "checks": {
            # Which versions and keys there are, and which tasks have steps, no schema can say.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "404", "409", "412", "422"]},
            "negative_data_rejection": {"expected-statuses": ["400", "404", "409", "412", "415", "422"]},
        },
    }
    with filling_in(fill):
        run = conform(app, "^/api/v1/", [section], follow=True)
    assert "\n\n".join(run.found) == ""
    assert {(operation, status) for operation, statuses in _ANSWERED.items() for status in statuses} <= {
        (operation, status) for operation in _ANSWERED for status in run.statuses(operation)
    }


@pytest.mark.parametrize("where", ["header", "body"])
def test_the_token_endpoints_are_as_described(app: Flask, ada: Caller, where: str) -> None:
    client = ada.oauth_app
    pair = b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
    header = {"Authorization": f"Basic {pair}"} if where == "header" else {}
    credentials = {} if header else {"client_id": client.client_id, "client_secret": client.client_secret}

    def fill(case: AnyCase) -> None:
        if is_good(case) and isinstance(case.body, dict):
            given = new_tokens(app, ada)
            fresh = {
                "code": new_code(app, ada),
                "refresh_token": given["refresh_token"],
                "token": given["access_token"],
            }
            # What is random belongs to no code, and may hold characters that no parameter may.
            kept = {name: case.body[name] for name in ("grant_type", "resource") if name in case.body}
            case.body = kept | credentials | {name: value for name, value in fresh.items() if name in case.body}

    under = "^/api/oauth/(token|revoke|introspect)$"
    with filling_in(fill):
        run = conform(app, under, [{"include-path-regex": under, "headers": header}])
    assert run.found == []
    for name in ("token", "revocation", "introspection"):
        assert {200, 400 if header else 401} <= run.statuses(f"POST {ENDPOINTS[name]}")


def test_the_authorization_endpoint_is_as_described(make_app: MakeApp, ada: Caller) -> None:
    app = make_app(client_documents=False)  # a client ID may look like an address, and nothing is fetched here
    visitor = visit_signed_in(app, ada.person)

    def fill(case: AnyCase) -> None:
        if is_good(case):
            case.query |= {"client_id": ada.oauth_app.client_id, "redirect_uri": REDIRECT_URI, "scope": "profile:read"}

    path = ENDPOINTS["authorization"]
    section = {
        "include-path": path,
        "headers": {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={visitor.cookie()}"},
        "checks": {
            # POST is the consent screen's form, which is nobody's but the screen's.
            "unsupported_method": OFF,
            "allow_header_conformance": OFF,
            # Every error that is known to be the client's is sent to it: a redirect.
            "negative_data_rejection": {"expected-statuses": ["303", "400"]},
        },
    }
    with filling_in(fill):
        run = conform(app, f"^{path}$", [section])
    assert run.found == []
    assert run.statuses(f"GET {path}") >= {200, 303, 400}


def test_registration_is_as_described(app: Flask) -> None:
    def fill(case: AnyCase) -> None:
        meant = [ParameterLocation.PATH, ParameterLocation.HEADER]
        if not case.path_parameters or case.meta is None or any(map(case.meta.is_negative_at, meant)):
            return
        made = registrations.registered(app)
        case.path_parameters["client_id"] = made["client_id"]
        case.headers["Authorization"] = f"Bearer {made['registration_access_token']}"
        if is_good(case) and isinstance(case.body, dict):
            case.body = {**case.body, "client_id": made["client_id"], "client_secret": made["client_secret"]}

    # Which names and addresses may be registered, and which of them mislead, no schema can say.
    rules = {"include-path-regex": f"^{REGISTRATION}", "checks": {"positive_data_acceptance": OFF}}
    with filling_in(fill):
        run = conform(app, f"^{REGISTRATION}", [rules], follow=True)
    assert run.found == []
    assert {201, 400} <= run.statuses(f"POST {REGISTRATION}")
    assert 200 in run.statuses(f"GET {REGISTRATION}/{{client_id}}")
    assert {200, 400, 401} <= run.statuses(f"PUT {REGISTRATION}/{{client_id}}")
    assert 204 in run.statuses(f"DELETE {REGISTRATION}/{{client_id}}")


def test_the_metadata_is_as_described(app: Flask) -> None:
    run = conform(app, r"^/\.well-known/", [])
    assert run.found == []
    assert run.statuses("GET /.well-known/oauth-authorization-server") >= {200, 405}
