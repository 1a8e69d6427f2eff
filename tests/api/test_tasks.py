from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.content.skills import delete_skill
from portal.content.tasks import create_task
from tests.api.callers import Caller, assert_refused
from tests.api.running import make_chain, make_letter

NOON = "2026-03-01T12:00:00Z"


def test_a_created_task_is_answered_whole_with_its_address(ada: Caller) -> None:
    skill_id = str(make_letter(ada).id)
    steps: list[dict[str, Any]] = [
        {"skill_id": skill_id},
        {"skill_id": skill_id, "name": " Polish ", "variables": {"tone": {"text": "warm"}}},
        {"skill_id": skill_id, "input": {"from": "step", "step": 1}, "variables": {"tone": {"from": "input"}}},
    ]
    sent = {"name": "Letter", "description": "Thrice.", "category": "news", "active": False, "steps": steps}
    with time_machine.travel(NOON, tick=False):
        response = ada.allowed("tasks:write", "tasks:read").send("POST", "/tasks", json=sent)
    data = response.get_json()["data"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/tasks/{data['id']}"
    assert data == {
        **sent,
        "steps": [
            {"skill_id": skill_id, "name": "", "input": {"from": "input"}, "variables": {}},
            {**steps[1], "name": "Polish", "input": {"from": "step", "step": 1}},
            {**steps[2], "name": ""},
        ],
        "id": data["id"],
        "version": 1,
        "created_at": NOON,
        "updated_at": NOON,
    }
    assert ada.send("GET", f"/tasks/{data['id']}").get_json() == {"data": data}
    # What is read can be sent back as it is.
    again = {name: data[name] for name in sent}
    assert ada.send("PUT", f"/tasks/{data['id']}", json=again).get_json()["data"].items() >= again.items()


def test_each_fault_is_told_with_its_place(ada: Caller, subtests: pytest.Subtests) -> None:
    skill_id = str(make_letter(ada).id)
    good = {"skill_id": skill_id}
    for step, path, word in (
        ({}, "steps.1.skill_id", "required"),
        ({"skill_id": 1}, "steps.1.skill_id", "string"),
        ({"skill_id": "1"}, "steps.1.skill_id", "no skill with the id '1'"),
        ({"skill_id": "9" * 19}, "steps.1.skill_id", "one of the user’s skills"),
        ({**good, "inputs": {}}, "steps.1.inputs", "Unknown"),
        ({**good, "name": "x\0"}, "steps.1.name", "NUL"),
        ({**good, "input": "Hi"}, "steps.1.input", '"from": "input"'),
        ({**good, "input": {"from": "thin air"}}, "steps.1.input", '"from": "input"'),
        ({**good, "input": {"from": "step"}}, "steps.1.input.step", "required"),
        ({**good, "input": {"from": "step", "step": "1"}}, "steps.1.input.step", "integer"),
        ({**good, "input": {"from": "step", "step": 2}}, "steps.1.input", "only step 1 is"),
        ({**good, "input": {"from": "input", "text": "Hi"}}, "steps.1.input.from", "Unknown"),
        ({**good, "variables": {"tone": {"text": 1}}}, "steps.1.variables.tone.text", "string"),
        ({**good, "variables": {"mood": {"text": "x"}}}, "steps.1.variables.mood", "it declares tone"),
    ):
        for method, address in (("POST", "/tasks"), ("PATCH", f"/tasks/{make_task(ada)}")):
            with subtests.test(method=method, step=step):
                body = {"name": "Letter", "steps": [good, step]}
                assert_refused(ada.send(method, address, json=body), 400, f"'{path}': ", word)
    many = ada.send("POST", "/tasks", json={"name": "Letter", "steps": [good] * 51})
    assert_refused(many, 400, "'steps'", "50")


def make_task(caller: Caller) -> int:
    with caller.app.app_context():
        return create_task(caller.person.id, "Nothing", []).id


def test_a_change_touches_only_what_it_names(ada: Caller) -> None:
    task = make_chain(ada)
    path = f"/tasks/{task.id}"
    before = ada.send("GET", path).get_json()["data"]
    changed = ada.send("PATCH", path, json={"active": False, "category": "news"}).get_json()["data"]
    assert changed == {**before, "active": False, "category": "news", "version": 2, "updated_at": changed["updated_at"]}
    steps = [{"skill_id": before["steps"][0]["skill_id"]}]
    shortened = ada.send("PATCH", path, json={"steps": steps}).get_json()["data"]
    assert (len(shortened["steps"]), shortened["active"]) == (1, False)


def test_a_replacement_leaves_nothing_as_it_was(ada: Caller) -> None:
    path = f"/tasks/{make_chain(ada).id}"
    ada.send("PATCH", path, json={"active": False, "category": "news"})
    data = ada.send("PUT", path, json={"name": "Empty"}).get_json()["data"]
    assert (data["name"], data["steps"], data["active"], data["category"]) == ("Empty", [], True, "general")
    assert_refused(ada.send("PUT", path, json={}), 400, "'name'")


def test_who_read_an_older_version_overwrites_nothing(ada: Caller, subtests: pytest.Subtests) -> None:
    path = f"/tasks/{make_chain(ada).id}"
    read = ada.send("GET", path).headers["ETag"]
    assert ada.send("GET", path, headers={"If-None-Match": read}).status_code == 304
    current = ada.send("PATCH", path, json={"name": "Mine"}, headers={"If-Match": read}).headers["ETag"]
    for method, body in (("PATCH", {"name": "Yours"}), ("PUT", {"name": "Yours"}), ("DELETE", None)):
        with subtests.test(method=method):
            assert_refused(ada.send(method, path, json=body, headers={"If-Match": read}), 412)
    assert ada.send("GET", path).get_json()["data"]["name"] == "Mine"
    assert ada.send("DELETE", path, headers={"If-Match": current}).status_code == 204
    assert ada.send("GET", path).status_code == 404


def test_a_task_that_is_sent_again_is_made_once(ada: Caller) -> None:
    made = [ada.send("POST", "/tasks", json={"name": "A"}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].get_json() == made[1].get_json()
    assert ada.send("GET", "/tasks").get_json()["meta"]["total"] == 1


def test_a_task_outlives_the_skills_that_it_uses(app: Flask, ada: Caller) -> None:
    task = make_chain(ada)
    skill_id = task.steps[0]["skill_id"]
    with app.app_context():
        delete_skill(ada.person.id, int(skill_id))
    assert ada.send("GET", f"/tasks/{task.id}").get_json()["data"]["steps"][0]["skill_id"] == skill_id
    assert_refused(ada.send("POST", f"/tasks/{task.id}/run", json={}), 400, "'steps.0.skill_id'", "deleted")


def test_lists_are_narrowed_searched_and_come_a_page_at_a_time(app: Flask, ada: Caller) -> None:
    with app.app_context():
        for number in range(3):
            create_task(ada.person.id, f"number {number}", [], category="news" if number else "general")
        create_task(ada.person.id, "off", [], category="news", active=False)
    for query, names in {
        "?sort=name": ["number 0", "number 1", "number 2", "off"],
        "?sort=-name&category=news&active=true": ["number 2", "number 1"],
        "?active=false": ["off"],
        "?query=NUMBER+2": ["number 2"],
        "?sort=name&limit=2&page=2": ["number 2", "off"],
    }.items():
        answer = ada.send("GET", f"/tasks{query}").get_json()
        assert [item["name"] for item in answer["data"]] == names, query
    assert answer["meta"].items() >= {"total": 4, "page": 2, "limit": 2}.items()
    assert ada.send("GET", "/tasks?fields=name,active&query=off").get_json()["data"] == [
        {"name": "off", "active": False}
    ]
    assert_refused(ada.send("GET", "/tasks?active=1"), 400, "'active'", "true or false")
    assert_refused(ada.send("GET", "/tasks?kind=news"), 400, "'kind'", "category")
