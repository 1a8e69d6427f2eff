"""The form of a skill: rows and contexts that change without JavaScript, faults at their fields, and lost updates."""

from typing import Any

import pytest
from flask import Flask

from portal.content.contexts import create_context
from portal.content.listing import Wanted
from portal.content.models import Skill
from portal.content.skills import create_skill, list_skills, update_skill
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.statements import cost

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NEW = "/skills/new"


def send(visitor: Visitor, page: Page, path: str = NEW, **fields: Any) -> Page | str:
    """Send a page's form with these fields changed: the page that answers, or where it leads."""
    changed = {name.replace("__", "-"): value for name, value in fields.items()}
    answer = visitor.request(path, "POST", data=page.values | changed)
    return answer.location if answer.status_code == 303 else Page(answer)


def shown(visitor: Visitor, page: Page, path: str = NEW, **fields: Any) -> Page:
    """The page that answers."""
    answer = send(visitor, page, path, **fields)
    assert isinstance(answer, Page)
    return answer


def stored(app: Flask, person: Person) -> list[Skill]:
    with app.app_context():
        return list_skills(person.id, Wanted()).items


def focused(page: Page) -> list[str]:
    return [element["id"] for element in page.document.walk() if "autofocus" in element.attributes]


def test_a_skill_is_written_and_changed(app: Flask, visitor: Visitor, ada: Person) -> None:
    with app.app_context():
        ids = [str(create_context(ada.id, name, "").id) for name in ("Voice", "Glossary")]
    where = send(
        visitor,
        visitor.open(NEW),
        name=" Letter ",
        category="",
        description="For Mondays",
        template="\r\n  {{ tone }}{{ who }}{{ note }}\r\n",
        variables__0__name="tone",
        variables__0__default="warm\r\nand dry",
        variables__1__name="who",
        variables__1__description="To whom",
        variables__2__name="note",
        variables__2__may_be_empty="y",
        variables__7__name="",
        contexts=[ids[1], ids[0], ids[1], "x", "9" * 19],
        temperature="0.7",
        max_tokens="150",
        save="1",
    )
    (skill,) = stored(app, ada)
    assert where == f"/skills/{skill.id}"
    assert (skill.name, skill.category, skill.template) == ("Letter", "general", "\n  {{ tone }}{{ who }}{{ note }}\n")
    assert skill.variables == [
        {"name": "tone", "description": "", "default": "warm\nand dry"},
        {"name": "who", "description": "To whom"},
        {"name": "note", "description": "", "default": ""},
    ]
    assert skill.configuration == {"contexts": [ids[1], ids[0]], "temperature": 0.7, "max_tokens": 150}
    edit = f"{where}/edit"
    assert isinstance(send(visitor, visitor.open(edit), edit, save="1"), str)
    assert stored(app, ada)[0].version == 1
    assert "Nothing was changed" in visitor.open(str(where)).text
    assert isinstance(send(visitor, visitor.open(edit), edit, name="Post", save="1"), str)
    (changed,) = stored(app, ada)
    assert (changed.name, changed.version, changed.variables) == ("Post", 2, skill.variables)


def test_each_fault_stands_at_its_field_and_in_the_summary(app: Flask, visitor: Visitor, ada: Person) -> None:
    page = shown(
        visitor,
        visitor.open(NEW),
        name="",
        template="Hi\n{% if %}",
        variables__0__description="no name",
        variables__1__name="",
        variables__2__name="Tone",
        temperature="hot",
        max_tokens="0",
        contexts=[str(number) for number in range(1, 22)],
        save="1",
    )
    assert page.status == 422
    errors = {name: text.removeprefix("Error: ") for name, text in page.errors.items()}
    assert errors["name"] == "Give the skill a name."
    assert errors["template"].startswith("Line 2: ")
    assert errors["variables-0-name"] == "Give the variable a name, or remove its row."
    assert "'Tone' cannot be a name: use small letters" in errors["variables-2-name"]
    assert errors["temperature"] == "“hot” must be a number from 0 to 2, such as 0.7."
    assert errors["max_tokens"] == "“0” must be a whole number from 1 to 999,999."
    assert len(page.summary) == len(errors) == 6
    assert page.values["template"] == "Hi\n{% if %}"
    many = [str(number) for number in range(1, 22)]
    page = shown(visitor, visitor.open(NEW), name="Letter", template="x", contexts=many, save="1")
    assert page.summary == ["21 are chosen; 20 are possible."]
    assert stored(app, ada) == []


def test_what_the_prompt_names_and_nobody_declared_is_added_below(app: Flask, visitor: Visitor, ada: Person) -> None:
    page = shown(visitor, visitor.open(NEW), template="x", variables__0__name="who", add="1")
    template = "{{ who }} {{ tone }} {{ ps }} {{ audience }} {{ input }}"
    page = shown(visitor, page, name="Letter", template=template, save="1")
    assert page.status == 422
    assert page.summary == ["The prompt uses audience, ps and tone. They are added below: say what each is, then save."]
    names = [value for name, value in page.values.items() if name.endswith("-name")]
    assert names == ["who", "audience", "ps", "tone"]
    page = shown(visitor, page, template=f"{template} {{{{ more }}}}", save="1")
    assert page.summary == ["The prompt uses more. It is added below: say what it is, then save."]
    assert isinstance(send(visitor, page, save="1"), str)
    assert [variable["name"] for variable in stored(app, ada)[0].variables] == [*names, "more"]


def test_what_cannot_be_added_is_said(visitor: Visitor, subtests: pytest.Subtests) -> None:
    page = visitor.open(NEW)
    full = {f"variables-{row}-name": f"v{row}" for row in range(49)}
    two = "{{ tone }} {{ who }}"
    not_declared = "Names 'tone', which is not declared; declare it as a variable, or use 'input'."
    for fields, first, last in [
        ({"template": two, "variables-0-name": "my tone"}, not_declared, "Variable 1: 'my tone' cannot be a name"),
        ({"template": "{{ Tone }} {{ tone }}"}, "'Tone' cannot be a name", not_declared),
        ({"template": two} | full, "The prompt uses tone.", "The prompt uses tone."),
        ({"template": two, "variables-49-name": "v49"} | full, "Names 'tone'", "Names 'who'"),
    ]:
        with subtests.test(first=first, last=last):
            page = shown(visitor, visitor.open(NEW), name="Letter", **fields, save="1")
            assert page.summary[0].startswith(first)
            assert page.summary[-1].startswith(last)


def test_somebody_elses_context_is_neither_offered_nor_kept(app: Flask, visitor: Visitor, ada: Person) -> None:
    bob = make_person(app)
    with app.app_context():
        bobs = str(create_context(bob.id, "Secret", "").id)
    page = shown(visitor, visitor.open(NEW), name="Letter", template="x", contexts=[bobs], save="1")
    assert "Secret" not in page.text
    assert page.summary == ["One of them is not there any more; choose again."]
    assert stored(app, ada) == []


def test_rows_come_and_go_and_nothing_is_kept(app: Flask, visitor: Visitor, ada: Person) -> None:
    page = shown(visitor, visitor.open(NEW), template="{{ kept", add="1")
    assert focused(page) == ["variables-0-name"]
    page = shown(visitor, page, variables__0__name="a", add="1")
    page = shown(visitor, page, variables__1__name="b", variables__1__may_be_empty="y", add="1")
    page = shown(visitor, page, variables__2__name="c", remove="0")
    names = {name: value for name, value in page.values.items() if name.startswith("variables-")}
    assert [value for name, value in names.items() if name.endswith("-name")] == ["b", "c"]
    assert names["variables-0-may_be_empty"] == ["y"]
    assert focused(page) == ["variables-0-name"]
    assert (page.values["template"], page.errors, page.status) == ("{{ kept", {}, 200)
    for nonsense in ("9" * 5000, "٣", "-1"):
        answer = send(visitor, page, name="", remove=nonsense)
        assert isinstance(answer, Page)
    page = shown(visitor, shown(visitor, page, remove="1"), remove="0")
    assert focused(page) == ["add-variable"]
    full = {f"variables-{row}-name": f"v{row}" for row in range(60)}
    assert len(shown(visitor, page, add="1", **full).document.find("button", name="remove")) <= 51
    assert stored(app, ada) == []


def test_contexts_are_searched_within_the_form_and_the_chosen_ones_stay(
    app: Flask, visitor: Visitor, ada: Person
) -> None:
    with app.app_context():
        ids = [str(create_context(ada.id, f"Number {number}", "x" * 1000).id) for number in range(30)]
    page = visitor.open(NEW)
    assert len(page.document.find("input", name="contexts")) == 10
    assert "20 more. Search to find them." in page.text
    assert shown(visitor, page, search="\0" * 300, find="1").status == 200
    page = shown(visitor, page, contexts=[ids[3]], search="number 17", find="1")
    assert [box["value"] for box in page.document.find("input", name="contexts")] == [ids[3], ids[17]]
    assert page.values["contexts"] == [ids[3]]
    page = shown(visitor, page, contexts=[ids[3], ids[17]], search="nothing")  # by Enter, which presses no such button
    assert "No other context matches “nothing”." in page.text
    assert page.values["contexts"] == [ids[3], ids[17]]
    where = send(visitor, page, name="Letter", template="x")
    assert isinstance(where, str)
    assert stored(app, ada)[0].configuration["contexts"] == [ids[3], ids[17]]
    assert len(cost(app, lambda: visitor.open(f"{where}/edit"))) < 12


def test_a_change_that_somebody_else_made_meanwhile_is_not_overwritten_unawares(
    app: Flask, visitor: Visitor, ada: Person
) -> None:
    with app.app_context():
        skill = create_skill(ada.id, "Letter", "x")
    edit = f"/skills/{skill.id}/edit"
    page = visitor.open(edit)
    with app.app_context():
        update_skill(ada.id, skill.id, {"description": "Changed elsewhere"})
    page = shown(visitor, page, edit, name="Mine", save="1")
    assert page.status == 409
    assert "It was changed since you opened it" in page.text
    assert page.values["name"] == "Mine"
    assert stored(app, ada)[0].name == "Letter"
    assert isinstance(send(visitor, page, edit, save="1"), str)
    assert stored(app, ada)[0].name == "Mine"


def test_what_was_written_survives_that_the_skill_was_deleted(app: Flask, visitor: Visitor, ada: Person) -> None:
    with app.app_context():
        skill = create_skill(ada.id, "Letter", "x")
    page = visitor.open(f"/skills/{skill.id}/edit")
    visitor.send(f"/skills/{skill.id}/delete")
    page = shown(visitor, page, f"/skills/{skill.id}/edit", name="Mine", save="1")
    assert page.status == 404
    assert "It was deleted since you opened it" in page.summary[0]
    assert page.form["action"] == NEW
    assert isinstance(send(visitor, page, save="1"), str)
    assert [skill.name for skill in stored(app, ada)] == ["Mine"]


def test_too_many_skills_are_refused_with_the_number(make_app: MakeApp) -> None:
    app = make_app(most_skills=1)
    person = make_person(app)
    visitor = visit_signed_in(app, person)
    assert isinstance(send(visitor, visitor.open(NEW), name="One", template="x", save="1"), str)
    page = shown(visitor, visitor.open(NEW), name="Two", template="x", save="1")
    assert page.summary == ["You have 1 skill, which is the most. Delete one first."]
    assert page.values["name"] == "Two"
