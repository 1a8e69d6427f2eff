"""The pages of skills: whose they are, trying one, turning it off, deleting it."""

from typing import Any

import pytest
from flask import Flask

from portal.content.contexts import create_context, delete_context
from portal.content.listing import Wanted
from portal.content.models import Skill
from portal.content.runs import list_runs
from portal.content.skills import create_skill, get_skill
from portal.content.tasks import create_task
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LOCAL = "No model is set up here. This is the rendered document itself."


def make_skill(app: Flask, person: Person, name: str = "Letter", template: str = "", **details: Any) -> Skill:
    with app.app_context():
        return create_skill(person.id, name, template or "Write: {{ input }}", **details)


def try_it(visitor: Visitor, skill: Skill, **fields: str) -> Page:
    """Fill in the form of a skill's page and send it: the page on which its result or its refusal stands."""
    answer = visitor.send_to(f"/skills/{skill.id}", f"/skills/{skill.id}/try", **fields)
    if answer.status_code == 303:
        return visitor.open(answer.location)
    assert answer.status_code == 422
    return Page(answer)


def typed(page: Page, name: str) -> str:
    (field,) = page.document.find("textarea", name=name)
    return field.text


def test_somebody_elses_skill_is_not_there(app: Flask, visitor: Visitor, ada: Person) -> None:
    skill = make_skill(app, ada)
    stranger = visit_signed_in(app)
    token = stranger.open("/skills/new").values["csrf_token"]
    for path in ("", "/edit", "/delete"):
        assert stranger.request(f"/skills/{skill.id}{path}").status_code == 404, path
        assert "/login" in Visitor.of(app).request(f"/skills/{skill.id}{path}").location, path
    for path in ("/try", "/active", "/edit", "/delete"):
        data = {"csrf_token": token, "name": "Theirs", "template": "x", "active": "off"}
        assert stranger.request(f"/skills/{skill.id}{path}", "POST", data=data).status_code == 404, path
        assert visitor.request(f"/skills/{skill.id}{path}", "POST").status_code == 400, path
    assert "Letter" not in stranger.open("/skills").text
    with app.app_context():
        kept = get_skill(ada.id, skill.id)
    assert kept is not None
    assert kept.version == 1


def test_what_came_out_stands_below_what_was_typed(app: Flask, visitor: Visitor, ada: Person) -> None:
    skill = make_skill(
        app, ada, template="{{ input }} in a *{{ tone }}* tone", variables=[{"name": "tone", "default": "dry"}]
    )
    assert typed(visitor.open(f"/skills/{skill.id}"), "value_tone") == "dry"
    page = try_it(visitor, skill, input="Hello\r\nthere", value_tone="warm")
    (result,) = page.document.find(id="result")
    assert LOCAL in result.text
    assert [mark.text for mark in result.find("em")] == ["warm"]
    assert result.find("pre")[0].text == "Hello there in a *warm* tone"
    assert (typed(page, "input"), typed(page, "value_tone")) == ("Hello there", "warm")
    assert "in a *dry* tone" in try_it(visitor, skill, input="", value_tone="dry").source
    with app.app_context():
        assert list_runs(ada.id, Wanted()).total == 2
    assert LOCAL not in visitor.open(f"/skills/{skill.id}?run=1").text


def test_what_cannot_be_run_says_why_and_keeps_what_was_typed(app: Flask, visitor: Visitor, ada: Person) -> None:
    with app.app_context():
        context = create_context(ada.id, "Voice", "Plain words.")
    variables = [{"name": "tone", "description": "How it sounds"}, {"name": "a" * 40, "description": "Say: why?"}]
    skill = make_skill(app, ada, variables=variables, configuration={"contexts": [str(context.id)]})
    page = try_it(visitor, skill, input="Typed")
    assert page.summary == [f"{name}: give a value; it has no default." for name in ("tone", "a" * 40)]
    assert page.document.by_id("value_tone")["aria-invalid"] == "true"
    assert page.document.by_id("value_tone-error")
    assert page.document.by_id("value_tone-hint").text == "How it sounds. It has no default."
    assert page.document.by_id(f"value_{'a' * 40}-hint").text == "Say: why? It has no default."
    values = {"input": "Typed", "value_tone": "dry", f"value_{'a' * 40}": "x"}
    assert "NUL" in try_it(visitor, skill, **values | {"value_tone": "\0"}).text
    assert "100000" in try_it(visitor, skill, **values | {"input": "x" * 100_001}).text
    with app.app_context():
        delete_context(ada.id, context.id)
    page = try_it(visitor, skill, **values)
    assert page.summary == ["A context that the skill “Letter” uses was deleted; edit the skill."]
    assert "deleted, so it cannot run" in page.text
    assert typed(page, "input") == "Typed"
    token = page.document.find("input", name="csrf_token")[0]["value"]
    visitor.send_to(f"/skills/{skill.id}", f"/skills/{skill.id}/active", active="off")
    answer = visitor.request(f"/skills/{skill.id}/try", "POST", data=values | {"csrf_token": token})
    assert Page(answer).summary == ["This skill is turned off. Turn it on to run it."]
    with app.app_context():
        assert list_runs(ada.id, Wanted()).total == 0


def test_too_many_unfinished_runs_are_refused_with_the_number(make_app: MakeApp) -> None:
    app = make_app(most_waiting_runs=1)
    person = make_person(app)
    visitor = visit_signed_in(app, person)
    skill = make_skill(app, person)
    with app.app_context():
        task = create_task(person.id, "Task", [{"skill_id": str(skill.id)}])
    assert visitor.send_to(f"/tasks/{task.id}", f"/tasks/{task.id}/run", input="").status_code == 303
    assert "1 of your runs" in try_it(visitor, skill, input="Typed").summary[0]


def test_a_template_that_fails_says_so_where_the_result_would_be(app: Flask, visitor: Visitor, ada: Person) -> None:
    page = try_it(visitor, make_skill(app, ada, template="{{ 1 / 0 }}"))
    (result,) = page.document.find(id="result")
    assert "Failed" in result.text
    assert "division by zero" in result.text


def test_nothing_that_is_written_in_a_skill_or_comes_out_of_it_is_carried_out(
    app: Flask, visitor: Visitor, ada: Person
) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    variable = {"name": "tone", "description": evil, "default": evil}
    skill = make_skill(app, ada, evil, f"{evil}{{{{ tone }}}}{{# {evil} #}}", description=evil, variables=[variable])
    pages = [try_it(visitor, skill, input=evil), visitor.open("/skills"), visitor.open("/runs")]
    pages += [visitor.open(f"/skills/{skill.id}{path}") for path in ("/edit", "/delete")]
    (run,) = {link for link in pages[0].links if link.startswith("/runs/") and not link.endswith(".md")}
    pages.append(visitor.open(run))
    for page in pages:
        assert not [script for script in page.document.find("script") if not script["src"].startswith("/static/")]
        assert not page.document.find("img")
        assert evil in page.text


def test_a_skill_is_turned_off_and_on_and_deleted_after_a_question(app: Flask, visitor: Visitor, ada: Person) -> None:
    skill = make_skill(app, ada)
    path = f"/skills/{skill.id}"
    for active in ("off", "on"):
        assert visitor.send_to(path, f"{path}/active", active=active).status_code == 303
        assert f"is turned {active}" in visitor.open(path).text
        assert bool(visitor.open(path).document.find(id="trial")) is (active == "on")
    assert "No task uses it." in visitor.open(f"{path}/delete").text
    with app.app_context():
        create_task(ada.id, "Weekly post", [{"skill_id": str(skill.id)}])
    assert "Weekly post" in visitor.open(f"{path}/delete").text
    assert visitor.send(f"{path}/delete").location.endswith("/skills")
    assert "is deleted" in visitor.open("/skills").text
    assert visitor.request(path).status_code == 404


def test_the_list_is_narrowed_by_words_category_and_state(app: Flask, visitor: Visitor, ada: Person) -> None:
    assert "Write your first skill" in visitor.open("/skills").text
    make_skill(app, ada, "Letter", category="news", description="Every Monday")
    make_skill(app, ada, "Report", category="work", active=False)
    for address, names in {
        "": ["Letter", "Report"],
        "?query=monday": ["Letter"],
        "?category=work": ["Report"],
        "?active=off": ["Report"],
        "?query=nothing": [],
    }.items():
        page = visitor.open(f"/skills{address}")
        assert sorted(one.text for row in page.document.find("li") for one in row.find("h2")) == names, address
