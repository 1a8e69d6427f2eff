"""Runs: which of them an app sees, and ending them."""

import pytest
from flask import Flask

from portal.content.runs import start_skill_run
from tests.api.callers import Caller, assert_refused, connect
from tests.api.running import make_letter, run_letter, start_chain
from tests.factories import make_client
from tests.fixtures.runs import work_off


def listed(caller: Caller, query: str = "") -> list[str]:
    return [run["id"] for run in caller.send("GET", f"/runs{query}").get_json()["data"]]


def test_an_app_sees_only_the_runs_that_it_has_started(app: Flask, ada: Caller, subtests: pytest.Subtests) -> None:
    with app.app_context():
        by_herself = start_skill_run(ada.person.id, make_letter(ada), "", {})
    other = connect(app, ada.person, make_client(app, ada.person, name="Other"), "skills:execute", "tasks:execute")
    by_other = run_letter(other).get_json()["data"]
    mine = run_letter(ada).get_json()["data"]
    assert listed(ada) == [mine["id"]]
    for run_id in (str(by_herself.id), by_other["id"]):
        for method, path in (("GET", ""), ("POST", "/cancel"), ("GET", "/events")):
            with subtests.test(run_id=run_id, path=path):
                assert_refused(ada.send(method, f"/runs/{run_id}{path}"), 404, run_id)
    assert other.send("GET", f"/runs/{by_other['id']}").get_json()["data"] == by_other


def test_a_token_sees_only_runs_of_the_kinds_in_its_scope(ada: Caller) -> None:
    of_skill, of_task = run_letter(ada).get_json()["data"]["id"], start_chain(ada)["id"]
    skills, tasks = ada.allowed("skills:execute"), ada.allowed("tasks:execute")
    assert (listed(skills), listed(tasks)) == ([of_skill], [of_task])
    assert_refused(skills.send("GET", f"/runs/{of_task}"), 404)
    assert_refused(tasks.send("POST", f"/runs/{of_skill}/cancel"), 404)
    assert set(listed(ada)) == {of_skill, of_task}


def test_the_list_can_be_narrowed_and_leaves_out_what_may_be_long(app: Flask, ada: Caller) -> None:
    skill = run_letter(ada).get_json()["data"]
    task = start_chain(ada)
    answer = ada.send("GET", "/runs?kind=task").get_json()
    long = ("input", "output", "usage", "steps")
    assert answer["data"] == [{name: value for name, value in task.items() if name not in long}]
    assert answer["meta"]["total"] == 1
    for query, found in {
        f"?skill_id={skill['skill_id']}": [skill["id"]],
        f"?task_id={task['task_id']}": [task["id"]],
        f"?task_id={skill['skill_id']}": [],
        "?skill_id=9999999999999999999": [],
        "?status=succeeded": [skill["id"]],
        "?status=queued&kind=skill": [],
    }.items():
        assert listed(ada, query) == found, query
    few = ada.send("GET", f"/runs/{task['id']}?fields=status,steps").get_json()["data"]
    assert few == {"status": "queued", "steps": task["steps"]}
    assert ada.send("GET", "/runs?fields=error&kind=task").get_json()["data"] == [{"error": None}]
    assert_refused(ada.send("GET", "/runs?status=done"), 400, "'status'")
    assert_refused(ada.send("GET", "/runs?sort=name"), 400, "'sort'")
    assert_refused(ada.send("GET", "/runs?query=letter"), 400, "'query'")


def test_the_list_comes_a_page_at_a_time(ada: Caller) -> None:
    made = [run_letter(ada).get_json()["data"]["id"] for _ in range(3)]
    first = ada.send("GET", "/runs?limit=2&sort=created_at").get_json()
    rest = ada.send("GET", f"/runs?limit=2&sort=created_at&cursor={first['meta']['next_cursor']}").get_json()
    assert {run["id"] for page in (first, rest) for run in page["data"]} == set(made)
    assert (len(first["data"]), len(rest["data"]), rest["meta"]["next_cursor"]) == (2, 1, None)


def test_a_run_that_waits_can_be_cancelled_and_stays_so(app: Flask, ada: Caller) -> None:
    run = start_chain(ada)
    response = ada.send("POST", f"/runs/{run['id']}/cancel")
    cancelled = response.get_json()["data"]
    assert response.status_code == 200
    assert (cancelled["status"], cancelled["error"]["code"]) == ("cancelled", "cancelled")
    assert [step["status"] for step in cancelled["steps"]] == ["cancelled", "cancelled"]
    work_off(app)
    assert ada.send("GET", f"/runs/{run['id']}").get_json()["data"] == cancelled


def test_a_run_that_has_finished_is_not_changed_by_cancelling(ada: Caller) -> None:
    run = run_letter(ada).get_json()["data"]
    assert ada.send("POST", f"/runs/{run['id']}/cancel").get_json()["data"] == run
