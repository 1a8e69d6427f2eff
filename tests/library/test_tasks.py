"""The pages of tasks: whose they are, how they are found, run, turned off and deleted."""

import pytest
from flask import Flask

from portal.content.listing import Wanted
from portal.content.models import Task
from portal.content.runs import list_runs
from portal.content.skills import delete_skill, update_skill
from portal.content.tasks import create_task, update_task
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.runs import work_off
from tests.library.task_forms import kept, make_skill

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def visitor(app: Flask, ada: Person) -> Visitor:
    return visit_signed_in(app, ada)


def make_task(visitor: Visitor, person: Person, name: str = "Letter", **details: object) -> Task:
    """A task of two steps."""
    skills = [
        make_skill(visitor, person.id, "Draft"),
        make_skill(visitor, person.id, "Sum up", {"name": "tone", "default": "dry"}),
    ]
    with visitor.app.app_context():
        return create_task(person.id, name, [{"skill_id": str(skill.id)} for skill in skills], **details)  # type: ignore[arg-type]


def run(visitor: Visitor, task: Task, given: str = "Hello") -> Page | str:
    """Fill in the form of a task's page and send it: the page that refuses, or where it leads."""
    path = f"/tasks/{task.id}"
    token = visitor.open(path).document.find("input", name="csrf_token")[0]["value"]
    answer = visitor.request(f"{path}/run", "POST", data={"csrf_token": token, "input": given})
    if answer.status_code == 303:
        return answer.location
    assert answer.status_code == 422
    return Page(answer)


def test_somebody_elses_task_is_not_there(app: Flask, visitor: Visitor, ada: Person) -> None:
    task = make_task(visitor, ada)
    stranger = visit_signed_in(app)
    token = stranger.open("/tasks").document.find("input", name="csrf_token")[0]["value"]
    for path in ("", "/edit", "/delete"):
        assert stranger.request(f"/tasks/{task.id}{path}").status_code == 404, path
    for path in ("/run", "/active", "/edit", "/delete"):
        data = {"csrf_token": token, "name": "Theirs", "active": "off"}
        assert stranger.request(f"/tasks/{task.id}{path}", "POST", data=data).status_code == 404, path
        assert Visitor.of(app).request(f"/tasks/{task.id}{path}", "POST").status_code == 400, path
    assert "/login" in Visitor.of(app).request(f"/tasks/{task.id}").location
    assert kept(visitor, task).version == 1


def test_a_task_is_run_and_watched(app: Flask, visitor: Visitor, ada: Person) -> None:
    task = make_task(visitor, ada)
    page = visitor.open(f"/tasks/{task.id}")
    assert "Step 2: Sum up" in page.text
    assert "What step 1, Draft, generated" in page.text
    assert "dry by default" in page.text
    path = run(visitor, task, "Hello\r\nthere")
    assert isinstance(path, str)
    assert work_off(app) == 1
    assert "Sum up: Draft: Hello there dry" in visitor.open(path).text
    assert path in visitor.open(f"/tasks/{task.id}").links


def test_what_cannot_be_run_says_why(app: Flask, visitor: Visitor, ada: Person) -> None:
    task = make_task(visitor, ada)
    first, second = (int(step["skill_id"]) for step in task.steps)

    def refused(*words: str) -> None:
        page = run(visitor, task)
        assert isinstance(page, Page)
        (alert,) = page.document.find(role="alert")
        for word in words:
            assert word in alert.text
        assert "It was not run." in alert.text

    with app.app_context():
        update_task(ada.id, task.id, {"active": False})
    refused("turned off. Turn it on")
    with app.app_context():
        update_task(ada.id, task.id, {"active": True})
        update_skill(ada.id, second, {"active": False})
    refused("Step 2: The skill “Sum up” is turned off.")
    assert "The skill “Sum up” is turned off." in visitor.open(f"/tasks/{task.id}").text
    with app.app_context():
        update_skill(ada.id, second, {"active": True, "template": "{{ who }}", "variables": [{"name": "who"}]})
    refused("Step 2", "no default")
    assert "who: The skill “Sum up” needs it: it has no default." in visitor.open(f"/tasks/{task.id}").text
    with app.app_context():
        delete_skill(ada.id, first)
    refused("Step 1: Its skill was deleted")
    with app.app_context():
        update_task(ada.id, task.id, {"steps": []})
    refused("The task has none")
    with app.app_context():
        assert list_runs(ada.id, Wanted()).total == 0


def test_too_many_unfinished_runs_and_too_much_input_are_refused_with_the_number(make_app: MakeApp) -> None:
    app = make_app(most_waiting_runs=1)
    person = make_person(app)
    visitor = visit_signed_in(app, person)
    task = make_task(visitor, person)
    long = run(visitor, task, "x" * 100_001)
    assert isinstance(long, Page)
    assert "100000" in long.text.replace(",", "")
    assert isinstance(run(visitor, task), str)
    page = run(visitor, task, "Typed")
    assert isinstance(page, Page)
    assert "1 of your runs" in page.text
    assert "Typed" in page.source


def test_the_list_is_narrowed_by_words_category_and_state(app: Flask, visitor: Visitor, ada: Person) -> None:
    assert "Write your first task" in visitor.open("/tasks").text
    make_task(visitor, ada, "Letter", category="news", description="Every Monday")
    make_task(visitor, ada, "Report", category="work", active=False)

    def found(address: str) -> set[str]:
        page = visitor.open(f"/tasks{address}")
        return {heading.text for heading in page.document.find("ul", "li") for heading in heading.find("h2")}

    for address, names in {
        "": {"Letter", "Report"},
        "?query=monday": {"Letter"},
        "?category=work": {"Report"},
        "?active=on": {"Letter"},
        "?active=off": {"Report"},
        "?active=on&category=work": set(),
        "?active=perhaps&page=0&sort=x": {"Letter", "Report"},
        "?page=99": {"Letter", "Report"},
    }.items():
        assert found(address) == names, address
    assert "Draft Sum up" in visitor.open("/tasks").text


def test_a_task_is_turned_off_and_on_and_deleted_after_a_question(app: Flask, visitor: Visitor, ada: Person) -> None:
    task = make_task(visitor, ada)
    path = f"/tasks/{task.id}"
    for active in ("off", "on"):
        assert visitor.send_to(path, f"{path}/active", active=active).status_code == 303
        assert f"is turned {active}" in visitor.open(path).text
        assert kept(visitor, task).active is (active == "on")
    assert "its runs" in visitor.open(f"{path}/delete").text
    assert kept(visitor, task)
    assert visitor.send(f"{path}/delete").location.endswith("/tasks")
    assert visitor.request(path).status_code == 404
