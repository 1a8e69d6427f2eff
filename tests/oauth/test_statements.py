"""How many statements each endpoint costs: hot paths do one indexed query or one transaction, and none more with rows.

An exact table: a statement more is a decision, not an accident. Several words are several statements.
"""

from collections import Counter

from flask import Flask

from portal.oauth.clients import mint_secret
from tests.fixtures.applications import MakeApp
from tests.fixtures.statements import cost
from tests.oauth.lived_in import LivedIn, Request
from tests.oauth.parties import Client

STATEMENTS = {
    "POST /api/oauth/token (code)": "1 SELECT, 1 UPDATE",
    "POST /api/oauth/token (refresh)": "1 SELECT, 1 UPDATE",
    "POST /api/oauth/introspect": "1 SELECT",
    "POST /api/oauth/revoke": "1 SELECT, 1 UPDATE, 1 COMMIT",
    "GET /oauth/authorize": "6 SELECT, 1 INSERT, 1 COMMIT",
    "POST /oauth/authorize": "4 SELECT, 1 UPDATE, 4 INSERT, 1 COMMIT",
    "GET /.well-known/oauth-authorization-server": "",
    "GET /.well-known/oauth-protected-resource/<path:resource>": "",
    "POST /api/oauth/register": "3 INSERT, 2 SELECT, 1 COMMIT",
    "GET /api/oauth/register/<client_id>": "2 SELECT",
    "PUT /api/oauth/register/<client_id>": "4 SELECT, 1 UPDATE, 1 DELETE, 1 INSERT, 1 COMMIT",
    "DELETE /api/oauth/register/<client_id>": "1 SELECT, 1 DELETE, 1 COMMIT",
    "GET /api/v1/profile": "1 SELECT",
    "GET /api/v1/contexts": "2 SELECT",
    "POST /api/v1/contexts": "3 SELECT, 1 INSERT, 1 COMMIT",
    "GET /api/v1/contexts/<context_id>": "2 SELECT",
    "PATCH /api/v1/contexts/<context_id>": "2 SELECT, 1 UPDATE, 1 COMMIT",
    "PUT /api/v1/contexts/<context_id>": "2 SELECT, 1 UPDATE, 1 COMMIT",
    "DELETE /api/v1/contexts/<context_id>": "2 SELECT, 1 DELETE, 1 COMMIT",
    "GET /api/v1/skills": "2 SELECT",
    "GET /api/v1/skills/<skill_id>": "2 SELECT",
    "GET /api/v1/tasks": "2 SELECT",
    "POST /api/v1/tasks": "4 SELECT, 1 INSERT, 1 COMMIT",
    "GET /api/v1/tasks/<task_id>": "2 SELECT",
    "PATCH /api/v1/tasks/<task_id>": "2 SELECT, 1 UPDATE, 1 COMMIT",
    "PUT /api/v1/tasks/<task_id>": "3 SELECT, 1 UPDATE, 1 COMMIT",
    "DELETE /api/v1/tasks/<task_id>": "2 SELECT, 1 DELETE, 1 COMMIT",
    "GET /api/v1/runs": "2 SELECT",
    "GET /api/v1/runs/<run_id>": "3 SELECT",
    "GET /api/v1/runs/<run_id>/events": "3 SELECT",
    "POST /api/v1/runs/<run_id>/cancel": "4 SELECT, 2 UPDATE, 1 COMMIT",
    "POST /api/v1/skills/<skill_id>/execute": "8 SELECT, 1 DELETE, 2 INSERT, 1 COMMIT",
    "POST /api/v1/tasks/<task_id>/execute": "9 SELECT, 1 DELETE, 2 INSERT, 1 COMMIT",
    "POST /api/v1/tasks/<task_id>/run": "9 SELECT, 1 DELETE, 2 INSERT, 1 COMMIT",
    "GET /contexts": "3 SELECT",
    "GET /skills": "3 SELECT",
    "GET /tasks": "4 SELECT",
    "GET /runs": "2 SELECT",
    "GET /docs/connect": "7 SELECT",
    "GET /developer/oauth-apps": "3 SELECT",
    "GET /settings/connected-apps": "4 SELECT",
    "GET /settings/sessions": "2 SELECT",
    "GET /settings/history": "2 SELECT",
    "GET /developer/oauth-apps/<client_id>": "11 SELECT",
    "GET /developer/oauth-apps/<client_id>/redirect-uris": "6 SELECT",
    "GET /developer/oauth-apps/<client_id>/activity": "7 SELECT",
    "GET /developer/oauth-apps/<client_id>/usage": "8 SELECT",
    "GET /docs/connect (anybody)": "",
}
"""By method and rule: how many statements of each kind, in the order in which the kinds first come."""
API = ("api", "oauth_endpoints", "registration_endpoints")
"""Blueprints every one of whose endpoints is in the table."""


def counted(statements: list[str]) -> str:
    """Such as "2 SELECT, 1 UPDATE, 1 COMMIT"."""
    return ", ".join(f"{count} {kind}" for kind, count in Counter(statements).items())


def test_each_endpoint_costs_what_it_must_beside_few_rows_and_many(make_app: MakeApp) -> None:
    app = make_app(most_apps=200)
    ada = LivedIn(app)
    for more in (10, 90):
        ada.grow(more)
        found = {endpoint: measure(app, request) for endpoint, request in ada.requests().items()}
        assert found == STATEMENTS, f"beside {more} more rows of each kind"


def measure(app: Flask, request: Request) -> str:
    """What a request that succeeds costs."""
    app.extensions["recorder"].write()  # some pages write first what was noted of earlier requests
    answers = []
    statements = cost(app, lambda: answers.append(request()))
    assert answers[0].status_code < 400, answers[0].text
    return counted(statements)


def test_no_endpoint_of_the_api_is_left_out(app: Flask) -> None:
    rules = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(tuple(f"{name}." for name in API))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules <= {endpoint.partition(" (")[0] for endpoint in STATEMENTS}


def test_what_is_malformed_costs_no_look_up_of_its_own(app: Flask, client: Client) -> None:
    assert cost(app, lambda: client.call("cf_at_nonsense")) == []
    assert cost(app, lambda: client.refresh("x", client_secret="cf_cs_nonsense")) == []
    assert cost(app, lambda: client.refresh("x", client_id="nobody", client_secret=mint_secret())) == []
    assert cost(app, lambda: client.refresh("cf_rt_nonsense")) == ["SELECT"], "the client, to authenticate it"
