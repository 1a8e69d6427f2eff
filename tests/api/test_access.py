"""Every operation against every way to have no right to it."""

import re
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.content.contexts import create_context
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.oauth.scopes import SCOPES
from tests.api.callers import BASE, Caller, assert_refused


class Operation(NamedTuple):
    method: str
    path: str
    scope: str
    status: int = 200
    body: dict[str, Any] | None = None


LISTS = [
    Operation("GET", "/profile", "profile:read"),
    Operation("GET", "/contexts", "contexts:read"),
    Operation("POST", "/contexts", "contexts:write", 201, {"name": "Voice", "content": "Plain words."}),
    Operation("GET", "/skills", "skills:read"),
    Operation("GET", "/tasks", "tasks:read"),
]
ON_ONE_OBJECT = [
    Operation("GET", "/contexts/{context}", "contexts:read"),
    Operation("PATCH", "/contexts/{context}", "contexts:write", 200, {"name": "Tone"}),
    Operation("DELETE", "/contexts/{context}", "contexts:write", 204),
    Operation("GET", "/skills/{skill}", "skills:read"),
    Operation("GET", "/tasks/{task}", "tasks:read"),
]
every_operation = pytest.mark.parametrize(
    "operation", LISTS + ON_ONE_OBJECT, ids=lambda operation: f"{operation.method} {operation.path}"
)
every_operation_on_one_object = pytest.mark.parametrize(
    "operation", ON_ONE_OBJECT, ids=lambda operation: f"{operation.method} {operation.path}"
)


@pytest.fixture
def adas(app: Flask, ada: Caller) -> dict[str, int]:
    """The ids of one of each, all Ada's."""
    with app.app_context():
        return {
            "context": create_context(ada.person.id, "Voice", "Plain words.").id,
            "skill": create_skill(ada.person.id, "Summary", "Summarize.").id,
            "task": create_task(ada.person.id, "Newsletter", []).id,
        }


def test_the_matrix_knows_every_operation(app: Flask) -> None:
    routed = {
        (method, rule.rule.removeprefix(BASE).replace("_id>", "}").replace("<", "{"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{BASE}/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == {(operation.method, operation.path) for operation in LISTS + ON_ONE_OBJECT}


@pytest.mark.standard("RFC 6750", "3", "A request without a token is answered with WWW-Authenticate: Bearer")
@every_operation
def test_without_a_token_nothing_is_answered(client: FlaskClient, adas: dict[str, int], operation: Operation) -> None:
    response = client.open(BASE + operation.path.format(**adas), method=operation.method, json=operation.body)
    assert_refused(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@every_operation
def test_with_a_wrong_token_nothing_is_answered(
    client: FlaskClient, adas: dict[str, int], operation: Operation, subtests: pytest.Subtests
) -> None:
    path = BASE + operation.path.format(**adas)
    for header in ("Bearer", "Bearer cf_at_nonsense", "Basic YTpi", "Bearer a b", "Bearer \xff"):
        with subtests.test(header=header):
            headers = {"Authorization": header}
            response = client.open(path, method=operation.method, json=operation.body, headers=headers)
            assert response.status_code in {400, 401}
            assert_refused(response, response.status_code)


@pytest.mark.standard(
    "ContextFile security rule", "49", "A missing scope is a 403 that names insufficient_scope and the scope"
)
@pytest.mark.standard("RFC 6750", "3.1", "insufficient_scope is a 403 with the scope that is needed")
@every_operation
def test_all_other_scopes_together_are_not_enough(ada: Caller, adas: dict[str, int], operation: Operation) -> None:
    others = ada.allowed(*(scope for scope in SCOPES if scope != operation.scope))
    response = others.send(operation.method, operation.path.format(**adas), json=operation.body)
    assert_refused(response, 403, operation.scope)
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
    assert operation.scope in response.headers["WWW-Authenticate"]


@every_operation
def test_a_wrong_scope_is_refused_before_the_object_is_looked_for(ada: Caller, operation: Operation) -> None:
    others = ada.allowed(*(scope for scope in SCOPES if scope != operation.scope))
    assert_refused(others.send(operation.method, operation.path.format(context=1, skill=1, task=1)), 403)


@every_operation_on_one_object
def test_somebody_elses_object_is_answered_like_one_that_never_was(
    ada: Caller, bob: Caller, adas: dict[str, int], operation: Operation
) -> None:
    never = {kind: number ^ 1 for kind, number in adas.items()}
    foreign = bob.send(operation.method, operation.path.format(**adas), json=operation.body)
    missing = bob.send(operation.method, operation.path.format(**never), json=operation.body)
    assert_refused(foreign, 404)
    assert re.sub(r"\d+", "ID", foreign.text) == re.sub(r"\d+", "ID", missing.text)
    kept = ada.send("GET", f"/contexts/{adas['context']}").get_json()["data"]
    assert kept["name"] == "Voice"


@every_operation
def test_the_one_scope_is_enough(ada: Caller, adas: dict[str, int], operation: Operation) -> None:
    only = ada.allowed(operation.scope)
    response = only.send(operation.method, operation.path.format(**adas), json=operation.body)
    assert response.status_code == operation.status


@pytest.mark.parametrize("path", ["/contexts", "/skills", "/tasks"])
def test_lists_hold_nothing_of_somebody_elses(bob: Caller, adas: dict[str, int], path: str) -> None:
    assert bob.send("GET", path).get_json() == {"data": [], "meta": {"total": 0, "page": 1, "limit": 20}}
