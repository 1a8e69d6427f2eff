"""The form of a task, without JavaScript: its rows, what is wrong in which of them, and who was quicker."""

from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.content.listing import Wanted
from portal.content.models import Skill
from portal.content.skills import delete_skill, update_skill
from portal.content.tasks import create_task, list_tasks, update_task
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.library.task_forms import choices, filled_in, form_of, kept, make_skill, marked, press, send

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NEW = "/tasks/new"


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def visitor(app: Flask, ada: Person) -> Visitor:
    return visit_signed_in(app, ada)


@pytest.fixture
def draft(visitor: Visitor, ada: Person) -> Skill:
    return make_skill(visitor, ada.id, "Draft", {"name": "topic", "description": "What about"})


@pytest.fixture
def summary(visitor: Visitor, ada: Person) -> Skill:
    return make_skill(visitor, ada.id, "Summary", {"name": "tone", "default": "plainly"})


def test_who_has_no_skill_is_told_to_write_one_first(visitor: Visitor) -> None:
    page = visitor.open(NEW)
    assert "/skills/new" in page.links
    assert page.document.find("form", method="post", **{"data-steps": ""}) == []


def test_a_task_is_written_step_by_step_and_nothing_is_kept_before(
    visitor: Visitor, ada: Person, draft: Skill, summary: Skill
) -> None:
    page = press(visitor, NEW, visitor.open(NEW), "choose", name="Letter", **{"steps-0-skill_id": str(draft.id)})
    assert choices(page, "steps-0-variables-topic") == [
        "Choose where it comes from", "What the task is given", "A text of its own",
    ]  # fmt: skip
    topic = {"steps-0-variables-topic": "text", "steps-0-variables-topic-text": "<b>Harvest</b>\r\nand roast"}
    page = press(visitor, NEW, page, "add", **topic, **{"steps-0-name": "First"})
    page = press(visitor, NEW, page, "choose", **{"steps-1-skill_id": str(summary.id)})
    assert choices(page, "steps-1-input") == [
        "What the task is given", "What the step before generated", "Step 1: First", "A text of its own",
    ]  # fmt: skip
    assert choices(page, "steps-1-variables-tone")[0] == "Its default: plainly"
    with visitor.app.app_context():
        assert list_tasks(ada.id, Wanted()).total == 0
    answer = send(visitor, NEW, page, category="news", **{"steps-1-variables-tone": "step-1"})
    assert answer.status_code == 303
    with visitor.app.app_context():
        (task,) = list_tasks(ada.id, Wanted()).items
    assert answer.location.endswith(f"/tasks/{task.id}")
    assert (task.name, task.category) == ("Letter", "news")
    assert task.steps == [
        {"skill_id": str(draft.id), "name": "First", "variables": {"topic": {"text": "<b>Harvest</b>\nand roast"}}},
        {"skill_id": str(summary.id), "variables": {"tone": {"from": "step", "step": 1}}},
    ]
    page = visitor.open(f"/tasks/{task.id}")
    assert "<b>Harvest</b> and roast" in page.text
    # Opened again and saved as it is, it stays the version that it is.
    path = f"/tasks/{task.id}/edit"
    assert send(visitor, path, visitor.open(path)).status_code == 303
    assert kept(visitor, task).version == 1


def test_moving_and_removing_keep_what_was_typed_and_mark_what_lost_its_step(
    visitor: Visitor, ada: Person, summary: Skill
) -> None:
    skill = str(summary.id)
    with visitor.app.app_context():
        steps: list[dict[str, Any]] = [
            {"skill_id": skill, "name": "a"},
            {"skill_id": skill, "name": "b", "variables": {"tone": {"from": "step", "step": 1}}},
            {"skill_id": skill, "name": "c", "input": {"from": "step", "step": 1}},
        ]
        task = create_task(ada.id, "Three", steps)
    path = f"/tasks/{task.id}/edit"
    page = press(visitor, path, visitor.open(path), "up-2", description="Typed")
    assert filled_in(page)["description"] == "Typed"
    assert [filled_in(page)[f"steps-{place}-name"] for place in range(3)] == ["a", "c", "b"]
    assert (filled_in(page)["steps-1-input"], filled_in(page)["steps-2-variables-tone"]) == ("step-1", "step-1")
    assert marked(page) == {}
    page = press(visitor, path, page, "remove-0")
    gone = "The step that it came from is gone or comes later; choose again."
    assert marked(page) == {"steps-0-input": gone, "steps-1-variables-tone": gone}
    refused = Page(send(visitor, path, page, **{"steps-0-input": "input"}))
    assert (refused.status, marked(refused)) == (422, {"steps-1-variables-tone": gone})
    assert kept(visitor, task).steps == steps


def test_each_fault_is_at_its_field(visitor: Visitor, ada: Person, draft: Skill, summary: Skill) -> None:
    page = press(visitor, NEW, visitor.open(NEW), "choose", **{"steps-0-skill_id": str(summary.id)})
    page = press(visitor, NEW, press(visitor, NEW, page, "add"), "add", **{"steps-1-skill_id": str(draft.id)})
    sent = send(visitor, NEW, page, **{"steps-0-name": "n" * 201, "steps-2-skill_id": "12x"})
    assert sent.status_code == 422
    assert marked(Page(sent)) == {
        "name": "Give the task a name.",
        "steps-0-name": "Has 201 characters; 200 are possible.",
        "steps-1-variables-topic": "Choose where it comes from: “Draft” needs it.",
        "steps-2-skill_id": "Its skill was deleted; choose another.",
    }
    assert "Step 2, topic: Choose where it comes from" in Page(sent).text


def test_what_no_browser_sends_is_no_failure(visitor: Visitor, summary: Skill) -> None:
    token = filled_in(visitor.open(NEW))["csrf_token"]
    for fields in (
        {"steps-0-skill_id": "9" * 19},
        {"steps-0-skill_id": str(summary.id), "steps-0-input": "step-9"},
        {"steps-0-skill_id": str(summary.id), "steps-0-input": "text", "steps-0-input-text": "\0"},
        {"steps-0-skill_id": str(summary.id), "steps-0-input": "text", "steps-0-input-text": "x" * 100_001},
        {"steps-0-skill_id": str(summary.id), "steps-0-name": "\0"},
        {f"steps-{place}-skill_id": str(summary.id) for place in range(51)}
        | {f"steps-{place}-input": "input" for place in range(51)},
    ):
        answer = visitor.request(NEW, "POST", data={"csrf_token": token, "name": "Strange", **fields})
        assert answer.status_code == 422, fields
        assert Page(answer).document.find(role="alert")
    assert visitor.request(NEW, "POST", data={"name": "No token"}).status_code == 400


def test_a_skill_that_is_gone_or_off_can_be_seen_and_replaced(
    visitor: Visitor, ada: Person, draft: Skill, summary: Skill
) -> None:
    with visitor.app.app_context():
        given = {"topic": {"from": "input"}}
        steps: list[dict[str, Any]] = [{"skill_id": str(draft.id), "variables": given}, {"skill_id": str(summary.id)}]
        task = create_task(ada.id, "Two", steps)
        delete_skill(ada.id, draft.id)
        update_skill(ada.id, summary.id, {"active": False})
    path = f"/tasks/{task.id}/edit"
    page = visitor.open(path)
    assert marked(page) == {"steps-0-skill_id": "Its skill was deleted; choose another."}
    assert choices(page, "steps-1-skill_id") == ["Summary (turned off)"]
    make_skill(visitor, ada.id, "Other")
    assert choices(visitor.open(path), "steps-0-skill_id") == ["Choose a skill", "Other"]


def test_who_was_overtaken_is_told_and_loses_nothing(visitor: Visitor, ada: Person, summary: Skill) -> None:
    with visitor.app.app_context():
        task = create_task(ada.id, "Mine", [{"skill_id": str(summary.id)}])
    path = f"/tasks/{task.id}/edit"
    page = visitor.open(path)
    with visitor.app.app_context():
        update_task(ada.id, task.id, {"name": "An app’s"})
    overtaken = send(visitor, path, page, name="Still mine")
    assert overtaken.status_code == 409
    page = Page(overtaken)
    assert "It was changed since you opened it" in page.text
    assert {f"/tasks/{task.id}", path} <= {link["href"] for link in page.document.find(role="alert")[0].find("a")}
    assert filled_in(page)["name"] == "Still mine"
    assert kept(visitor, task).name == "An app’s"
    assert send(visitor, path, page).status_code == 303
    assert kept(visitor, task).name == "Still mine"


def test_what_was_written_survives_that_the_task_and_its_skill_were_deleted(
    visitor: Visitor, ada: Person, summary: Skill
) -> None:
    with visitor.app.app_context():
        task = create_task(ada.id, "Letter", [{"skill_id": str(summary.id), "name": "First"}])
    path = f"/tasks/{task.id}/edit"
    page = visitor.open(path)
    visitor.send(f"/tasks/{task.id}/delete")
    with visitor.app.app_context():
        delete_skill(ada.id, summary.id)
    for fields in ({"step": "add"}, {}):
        page = Page(send(visitor, path, page, name="Mine", **fields))
        assert page.status == 404
        assert "It was deleted since you opened it" in page.text
        assert form_of(page)["action"] == NEW
        assert {button["formaction"].split("#")[0] for button in form_of(page).find("button", name="step")} == {NEW}
        assert (filled_in(page)["name"], filled_in(page)["steps-0-name"]) == ("Mine", "First")
    other = make_skill(visitor, ada.id, "Other")
    chosen = {f"steps-{place}-skill_id": str(other.id) for place in range(2)}
    assert send(visitor, NEW, page, **chosen).status_code == 303


def test_skills_of_one_name_can_be_told_apart(visitor: Visitor, ada: Person) -> None:
    with time_machine.travel(1_800_000_000, tick=False):
        make_skill(visitor, ada.id, "Draft", category="news")
        make_skill(visitor, ada.id, "Draft", category="work")
    with time_machine.travel(1_800_100_000, tick=False):
        make_skill(visitor, ada.id, "Draft", category="work")
        make_skill(visitor, ada.id, "Other")
    assert sorted(choices(visitor.open(NEW), "steps-0-skill_id")) == [
        "Choose a skill", "Draft (news)", "Draft (work, written 15 Jan 2027, 08:00:00 UTC)",
        "Draft (work, written 16 Jan 2027, 11:46:40 UTC)", "Other",
    ]  # fmt: skip


def test_one_task_too_many_is_refused_with_the_number(make_app: MakeApp) -> None:
    app = make_app(most_tasks=1)
    person = make_person(app)
    visitor = visit_signed_in(app, person)
    skill = make_skill(visitor, person.id, "Only")
    for status in (303, 422):
        answer = send(visitor, NEW, visitor.open(NEW), name="T", **{"steps-0-skill_id": str(skill.id)})
        assert answer.status_code == status
    assert "You have 1 task, which is the most. Delete one first." in Page(answer).text
    assert form_of(Page(answer)).find("input", name="name")[0]["value"] == "T"
