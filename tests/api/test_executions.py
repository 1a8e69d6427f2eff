"""Carrying skills and tasks out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from portal.api.preferences import read_wait
from portal.content.contexts import create_context, delete_context
from portal.content.skills import update_skill
from portal.content.tasks import create_task, update_task
from tests.api.callers import Caller, assert_refused
from tests.api.running import LETTER, make_chain, make_letter, run_letter
from tests.fixtures.applications import MakeApp
from tests.fixtures.runs import work_off

DRY = "Write in a dry tone:\nHi"


def test_a_skill_is_carried_out_while_its_caller_waits(app: Flask, ada: Caller) -> None:
    with app.app_context():
        voice = create_context(ada.person.id, "Voice", "Plain words.")
    skill = make_letter(ada, configuration={"contexts": [str(voice.id)]})
    body = {"input": "Hällo\u2028", "variables": {"tone": "warm"}}
    response = ada.allowed("skills:execute").send("POST", f"/skills/{skill.id}/execute", json=body)
    run = response.get_json()["data"]
    assert response.status_code == 200
    assert "Location" not in response.headers
    output = "Plain words.\n\n---\n\nWrite in a warm tone:\nHällo"
    (step,) = run.pop("steps")
    assert run == {
        "id": run["id"],
        "kind": "skill",
        "status": "succeeded",
        "name": "Letter",
        "skill_id": str(skill.id),
        "task_id": None,
        "input": "Hällo\u2028",
        "output": output,
        "error": None,
        "generator": "local",
        "usage": None,
        "created_at": run["created_at"],
        "started_at": run["started_at"],
        "finished_at": run["finished_at"],
    }
    assert (step["position"], step["skill_id"], step["status"], step["output"]) == (
        1,
        str(skill.id),
        "succeeded",
        output,
    )
    assert step["milliseconds"] >= 0
    assert ada.send("GET", f"/runs/{run['id']}").get_json()["data"] == {**run, "steps": [step]}


def test_a_skill_that_fails_is_a_failed_run_that_says_why(ada: Caller) -> None:
    skill = make_letter(ada, "{{ tone / 2 }}")
    response = ada.send("POST", f"/skills/{skill.id}/execute", json={})
    run = response.get_json()["data"]
    assert response.status_code == 200
    assert (run["status"], run["output"], run["error"]["code"]) == ("failed", None, "template_failed")
    assert run["error"]["message"] == run["steps"][0]["error"]


def test_what_cannot_be_run_is_refused_with_the_place_of_the_fault(
    app: Flask, ada: Caller, subtests: pytest.Subtests
) -> None:
    skill = make_letter(ada)
    path = f"/skills/{skill.id}/execute"
    with subtests.test("an unknown variable"):
        assert_refused(ada.send("POST", path, json={"variables": {"mood": "x"}}), 400, "'variables.mood'", "tone")
    with subtests.test("a variable without a value"), app.app_context():
        update_skill(ada.person.id, skill.id, {"template": LETTER, "variables": [{"name": "tone"}]})
        assert_refused(ada.send("POST", path, json={}), 400, "'variables.tone'", "no default")
    with subtests.test("a value that is no text"):
        assert_refused(ada.send("POST", path, json={"variables": {"tone": 1}}), 400, "'variables.tone'")
    with subtests.test("an input that is too long"):
        assert_refused(ada.send("POST", path, json={"input": "x" * 100_001}), 400, "'input'", "100000")
    with subtests.test("a context that is gone"), app.app_context():
        voice = create_context(ada.person.id, "Voice", "Plain words.")
        update_skill(ada.person.id, skill.id, {"configuration": {"contexts": [str(voice.id)]}})
        delete_context(ada.person.id, voice.id)
        answer = ada.send("POST", path, json={"variables": {"tone": "x"}})
        assert_refused(answer, 400, "'configuration.contexts'", "deleted")
    with subtests.test("a task without steps"), app.app_context():
        task = create_task(ada.person.id, "Nothing", [])
        assert_refused(ada.send("POST", f"/tasks/{task.id}/run", json={}), 400, "'steps'")
    assert ada.send("GET", "/runs").get_json()["meta"]["total"] == 0


def test_what_its_owner_turned_off_is_not_run(app: Flask, ada: Caller) -> None:
    skill, task = make_letter(ada), make_chain(ada)
    with app.app_context():
        update_skill(ada.person.id, skill.id, {"active": False})
        update_task(ada.person.id, task.id, {"active": False})
    for path in (f"/skills/{skill.id}/execute", f"/tasks/{task.id}/execute"):
        refused = ada.send("POST", path, json={})
        assert_refused(refused, 409)
        assert refused.get_json()["error"] == "not_active"


@pytest.mark.parametrize("verb", ["execute", "run"])
def test_a_task_is_carried_out_after_the_answer(app: Flask, ada: Caller, verb: str) -> None:
    task = make_chain(ada)
    only = ada.allowed("tasks:execute")
    response = only.send("POST", f"/tasks/{task.id}/{verb}", json={"input": "Hi"})
    run = response.get_json()["data"]
    assert response.status_code == 202
    assert response.headers["Location"] == f"/api/v1/runs/{run['id']}"
    assert (run["kind"], run["status"], run["task_id"], run["skill_id"]) == ("task", "queued", str(task.id), None)
    assert [(step["name"], step["status"]) for step in run["steps"]] == [("Draft", "pending"), ("Polish", "pending")]
    work_off(app)
    run = only.send("GET", f"/runs/{run['id']}").get_json()["data"]
    assert (run["status"], run["output"]) == ("succeeded", f"Write in a dry tone:\n{DRY}")
    assert [step["output"] for step in run["steps"]] == [DRY, run["output"]]


@pytest.mark.parametrize("preference", ["respond-async", "wait=0"])
def test_a_skill_is_carried_out_after_the_answer_for_who_does_not_wait(
    app: Flask, ada: Caller, preference: str
) -> None:
    path = f"/skills/{make_letter(ada).id}/execute"
    response = ada.send("POST", path, json={"input": "Hi"}, headers={"Prefer": preference})
    run = response.get_json()["data"]
    assert (response.status_code, run["status"]) == (202, "queued")
    assert response.headers["Preference-Applied"] == preference
    work_off(app)
    assert ada.send("GET", f"/runs/{run['id']}").get_json()["data"]["output"] == DRY


def test_a_request_that_is_sent_again_runs_nothing_again(app: Flask, ada: Caller) -> None:
    path, headers = f"/tasks/{make_chain(ada).id}/execute", {"Idempotency-Key": "letter-1"}
    first = ada.send("POST", path, json={"input": "Hi"}, headers=headers)
    waiting = ada.send("POST", path, json={"input": "Hi"}, headers=headers)
    work_off(app)
    finished = ada.send("POST", path, json={"input": "Hi"}, headers=headers)
    assert [answer.status_code for answer in (first, waiting, finished)] == [202, 202, 200]
    assert len({answer.get_json()["data"]["id"] for answer in (first, waiting, finished)}) == 1
    assert finished.get_json()["data"]["status"] == "succeeded"
    assert_refused(ada.send("POST", path, json={"input": "Ho"}, headers=headers), 422)
    assert ada.send("GET", "/runs").get_json()["meta"]["total"] == 1


def test_only_so_many_runs_of_a_user_wait(make_app: MakeApp, ada: Caller) -> None:
    few = replace(ada, app=make_app(most_waiting_runs=2))
    path = f"/tasks/{make_chain(few).id}/run"
    assert [few.send("POST", path, json={}).status_code for _ in range(2)] == [202, 202]
    refused = few.send("POST", path, json={})
    assert_refused(refused, 429, "2")
    assert refused.get_json()["error"] == "too_many_runs"
    work_off(few.app)
    assert few.send("POST", path, json={}).status_code == 202


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_client_says_how_long_it_waits(app: Flask, subtests: pytest.Subtests) -> None:
    for sent, seconds, applied in (
        (None, 20, ""),
        ("wait=5", 5, "wait=5"),
        ('Wait = "5"; why=not', 5, "wait=5"),
        ("wait=600", 30, "wait=30"),
        ("respond-async", 0, "respond-async"),
        ("handling=lenient, respond-async, wait=7", 7, "respond-async, wait=7"),
        ("wait=7, wait=9", 7, "wait=7"),
        ("wait=-1", 20, ""),
        ("wait=²", 20, ""),
        ("wait=" + "9" * 5000, 20, ""),
        ('",;=', 20, ""),
    ):
        with subtests.test(sent=sent), app.test_request_context(headers={"Prefer": sent} if sent else {}):
            assert read_wait(20) == (seconds, applied)


def test_a_task_that_finishes_while_its_caller_waits_is_answered_finished(app: Flask, ada: Caller) -> None:
    path = f"/tasks/{make_chain(ada).id}/execute"
    with ThreadPoolExecutor(1) as worker:
        answer = worker.submit(ada.send, "POST", path, json={"input": "Hi"}, headers={"Prefer": "wait=30"})
        while not answer.done():
            work_off(app)
    response = answer.result()
    assert (response.status_code, response.headers["Preference-Applied"]) == (200, "wait=30")
    assert response.get_json()["data"]["status"] == "succeeded"
    assert "Location" not in response.headers


def test_the_answer_says_what_was_preferred(ada: Caller) -> None:
    assert "Preference-Applied" not in run_letter(ada).headers
    assert run_letter(ada, headers={"Prefer": "wait=3"}).headers["Preference-Applied"] == "wait=3"
    task = ada.send("POST", f"/tasks/{make_chain(ada).id}/run", json={}, headers={"Prefer": "respond-async"})
    assert (task.status_code, task.headers["Preference-Applied"]) == (202, "respond-async")
