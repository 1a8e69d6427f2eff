"""Every operation against every way to have a right to it, and to have none."""

import re
from typing import Any, NamedTuple

import pytest
from flask import Flask

from portal.content.contexts import create_context
from portal.content.runs import Starter, cancel_run, start_skill_run, start_task_run
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.oauth.clients import find_client
from portal.oauth.scopes import SCOPES
from tests.api.callers import BASE, Caller, assert_refused

EXECUTE = ("skills:execute", "tasks:execute")


class Operation(NamedTuple):
    method: str
    path: str
    scopes: tuple[str, ...]
    status: int = 200
    body: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def address(self, ids: dict[str, int], scope: str = "") -> str:
        """Its path for these objects; of runs, one of the kind that the scope is for."""
        return self.path.format(**ids, run=ids["task_run" if scope == "tasks:execute" else "skill_run"])


_CONTEXT = {"name": "Voice", "content": "Plain words."}
LISTS = [
    Operation("GET", "/profile", ("profile:read",)),
    Operation("GET", "/contexts", ("contexts:read",)),
    Operation("POST", "/contexts", ("contexts:write",), 201, _CONTEXT),
    Operation("GET", "/skills", ("skills:read",)),
    Operation("GET", "/tasks", ("tasks:read",)),
    Operation("POST", "/tasks", ("tasks:write",), 201, {"name": "Newsletter"}),
    Operation("GET", "/runs", EXECUTE),
]
ON_ONE_OBJECT = [
    Operation("GET", "/contexts/{context}", ("contexts:read",)),
    Operation("PATCH", "/contexts/{context}", ("contexts:write",), 200, {"name": "Tone"}),
    Operation("PUT", "/contexts/{context}", ("contexts:write",), 200, {**_CONTEXT, "name": "Tone"}),
    Operation("DELETE", "/contexts/{context}", ("contexts:write",), 204),
    Operation("GET", "/skills/{skill}", ("skills:read",)),
    Operation("POST", "/skills/{skill}/execute", ("skills:execute",), 200, {}),
    Operation("GET", "/tasks/{task}", ("tasks:read",)),
    Operation("PATCH", "/tasks/{task}", ("tasks:write",), 200, {"name": "Letter"}),
    Operation("PUT", "/tasks/{task}", ("tasks:write",), 200, {"name": "Letter"}),
    Operation("DELETE", "/tasks/{task}", ("tasks:write",), 204),
    Operation("POST", "/tasks/{task}/execute", ("tasks:execute",), 202, {}),
    Operation("POST", "/tasks/{task}/run", ("tasks:execute",), 202, {}),
    Operation("GET", "/runs/{run}", EXECUTE),
    Operation("POST", "/runs/{run}/cancel", EXECUTE),
    Operation("GET", "/runs/{run}/events", EXECUTE),
]
EVERY = LISTS + ON_ONE_OBJECT


def make_one_of_each(caller: Caller) -> dict[str, int]:
    """The ids of one object of each kind; both runs have been started by the app, and are over."""
    user_id = caller.person.id
    with caller.app.app_context():
        client = find_client(caller.oauth_app.client_id)
        assert client is not None
        starter = Starter(client.key, client.name)
        skill = create_skill(user_id, "Summary", "Summarize.")
        task = create_task(user_id, "Newsletter", [{"skill_id": str(skill.id)}])
        ids = {
            "context": create_context(user_id, "Voice", "Plain words.").id,
            "skill": skill.id,
            "task": task.id,
            "skill_run": start_skill_run(user_id, skill, "", {}, starter).id,
            "task_run": start_task_run(user_id, task, "", starter).id,
        }
        for kind in ("skill_run", "task_run"):
            cancel_run(user_id, ids[kind])
    return ids


@pytest.fixture
def adas(ada: Caller) -> dict[str, int]:
    """The ids of one of each, all Ada's."""
    return make_one_of_each(ada)


def test_the_matrix_knows_every_operation(app: Flask) -> None:
    routed = {
        (method, rule.rule.removeprefix(BASE).replace("_id>", "}").replace("<", "{"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{BASE}/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == {(operation.method, operation.path) for operation in EVERY}
    assert {scope for operation in EVERY for scope in operation.scopes} == SCOPES.keys()


@pytest.mark.standard("RFC 6750", "3", "A request without a token is answered with WWW-Authenticate: Bearer")
def test_without_a_token_or_with_a_wrong_one_nothing_is_answered(
    app: Flask, adas: dict[str, int], subtests: pytest.Subtests
) -> None:
    client = app.test_client()
    for operation in EVERY:
        for header in (None, "Bearer", "Bearer cf_at_nonsense", "Basic YTpi", "Bearer a b", "Bearer \xff"):
            with subtests.test(operation=str(operation), header=header):
                headers = {"Authorization": header} if header else {}
                path = BASE + operation.address(adas)
                response = client.open(path, method=operation.method, json=operation.body, headers=headers)
                assert_refused(response, 401)
                assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.standard(
    "ContextFile security rule", "49", "A missing scope is a 403 that names insufficient_scope and the scope"
)
@pytest.mark.standard("RFC 6750", "3.1", "insufficient_scope is a 403 with the scope that is needed")
def test_each_operation_is_open_to_its_own_scopes_and_closed_to_every_other(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    for scope in SCOPES:
        caller, ids = ada.allowed(scope), make_one_of_each(ada)
        for operation in EVERY:
            with subtests.test(operation=str(operation), scope=scope):
                response = caller.send(operation.method, operation.address(ids, scope), json=operation.body)
                if scope in operation.scopes:
                    assert response.status_code == operation.status, response.text
                    ids = make_one_of_each(ada) if operation.method == "DELETE" else ids
                else:
                    assert_refused(response, 403, *operation.scopes)
                    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
                    assert f'scope="{" ".join(operation.scopes)}"' in response.headers["WWW-Authenticate"]
                response.close()


def test_all_other_scopes_together_are_not_enough_and_objects_are_not_looked_for(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    never = dict.fromkeys(("context", "skill", "task", "skill_run", "task_run"), 1)
    for operation in EVERY:
        with subtests.test(operation=str(operation)):
            others = ada.allowed(*(scope for scope in SCOPES if scope not in operation.scopes))
            assert_refused(others.send(operation.method, operation.address(never)), 403, *operation.scopes)


def test_somebody_elses_object_is_answered_like_one_that_never_was(
    ada: Caller, bob: Caller, adas: dict[str, int], subtests: pytest.Subtests
) -> None:
    never = {kind: number ^ 1 for kind, number in adas.items()}
    for operation in ON_ONE_OBJECT:
        with subtests.test(operation=str(operation)):
            foreign = bob.send(operation.method, operation.address(adas), json=operation.body)
            missing = bob.send(operation.method, operation.address(never), json=operation.body)
            assert_refused(foreign, 404)
            assert re.sub(r"\d+", "ID", foreign.text) == re.sub(r"\d+", "ID", missing.text)
    assert ada.send("GET", f"/contexts/{adas['context']}").get_json()["data"]["name"] == "Voice"
    assert ada.send("GET", f"/tasks/{adas['task']}").get_json()["data"]["name"] == "Newsletter"


def test_lists_hold_nothing_of_somebody_elses(bob: Caller, adas: dict[str, int]) -> None:
    nothing = {"data": [], "meta": {"total": 0, "page": 1, "limit": 20, "next_cursor": None}}
    for path in ("/contexts", "/skills", "/tasks", "/runs"):
        assert bob.send("GET", path).get_json() == nothing
