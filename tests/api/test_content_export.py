"""What an account's export holds of contexts, skills, tasks and runs."""

import json

import pytest
from flask import Flask

from portal.content.contexts import create_context
from portal.content.runs import start_skill_run
from tests.accounts.visitor import visit_signed_in
from tests.api.callers import Caller
from tests.api.running import make_chain, make_letter, run_letter

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DATA = "/settings/data"


def test_everything_is_taken_along_as_the_api_shows_it(app: Flask, ada: Caller, bob: Caller) -> None:
    skill, task, run = make_letter(ada), make_chain(ada), run_letter(ada).get_json()["data"]
    run_letter(bob)
    with app.app_context():
        voice = create_context(ada.person.id, "Voice", "Plain words.")
        by_herself = start_skill_run(ada.person.id, skill, "", {})
    exported = json.loads(visit_signed_in(app, ada.person).send_to(DATA, f"{DATA}/export").data)
    assert exported["contexts"] == [ada.send("GET", f"/contexts/{voice.id}").get_json()["data"]]
    assert exported["tasks"] == [ada.send("GET", f"/tasks/{task.id}").get_json()["data"]]
    listed = ada.send("GET", "/skills").get_json()["data"]
    assert {skill["id"]: skill for skill in exported["skills"]} == {skill["id"]: skill for skill in listed}
    runs = {one["id"]: one for one in exported["runs"]}
    assert runs.keys() == {run["id"], str(by_herself.id)}
    assert runs[run["id"]] == {**run, "app": "Acme Notes"}
    assert runs[str(by_herself.id)]["app"] == ""
