"""What somebody typed is not lost when their session has ended meanwhile, and no other site can use that."""

import pytest
from flask import Flask

from portal.accounts.sessions import end_sessions
from portal.content.tasks import create_task
from portal.foundation.database import Database
from portal.library.typed_texts import label_of
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor
from tests.factories import Person
from tests.library.contexts import make_context, path_of
from tests.library.task_forms import make_skill

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
TEXT = "\n# Tone\n</textarea><script>alert(1)</script> & so on\n"


def given_back(page: Page) -> dict[str, str]:
    """What stands in the page's fields, by their labels."""
    texts = {}
    for field in page.document.find("textarea"):
        assert "readonly" in field.attributes
        (label,) = page.document.find("label", **{"for": field["id"]})
        texts[label.text] = "".join(map(str, field.children)).removeprefix("\n")
    return texts


def end_everywhere(app: Flask, person: Person) -> None:
    with app.app_context():
        end_sessions(person.id)


@pytest.mark.parametrize("where", ["in another tab", "in another browser"])
def test_what_was_typed_is_given_back_after_logging_out(app: Flask, visitor: Visitor, ada: Person, where: str) -> None:
    path = path_of(make_context(visitor, ada)) + "/edit"
    form = visitor.open(path).values | {"name": "Tone", "description": "", "content": TEXT.replace("\n", "\r\n")}
    if where == "in another tab":
        visitor.log_out()
    else:
        end_everywhere(app, ada)
    page = Page(visitor.request(path, "POST", data=form, headers=FROM_HERE))
    assert (page.status, page.title) == (400, "Nothing was saved")
    assert "You were logged out in the meantime" in page.text
    assert given_back(page) == {"Name": "Tone", "Type": form["context_type"], "Text": TEXT.replace("\n", "\r\n")}
    assert f"/login?next={path}" in page.links
    assert form["csrf_token"] not in page.source


def test_that_asks_nothing_of_the_database(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "database", Database("sqlite:////nowhere/at/all.sqlite3", 4, 30))
    page = Page(visitor.request("/contexts/new", "POST", data={"content": "Warm."}, headers=FROM_HERE))
    assert given_back(page) == {"Text": "Warm."}


def test_the_steps_of_a_task_and_the_values_of_a_trial_are_given_back(
    app: Flask, visitor: Visitor, ada: Person
) -> None:
    end_everywhere(app, ada)
    token = visitor.open("/login").values["csrf_token"]
    steps = {"steps-0-skill_id": "1", "steps-1-name": "Second", "steps-1-variables-tone-text": "warm"}
    for path, sent, texts, back in (
        ("/tasks/new", steps, {"Step 2, name": "Second", "Step 2, tone": "warm"}, "/tasks/new"),
        ("/skills/7/try", {"value_topic": "Cats"}, {"topic": "Cats"}, "/skills/7"),
        ("/skills/new", {"variables-0-default": "warm", "add": "1"}, {"Variable 1, default": "warm"}, "/skills/new"),
    ):
        data = {"csrf_token": token, "password": "secret", **sent}
        page = Page(visitor.request(path, "POST", data=data, headers=FROM_HERE))
        assert given_back(page) == texts
        assert f"/login?next={back}" in page.links


def test_another_site_cannot_have_its_text_shown(
    app: Flask, visitor: Visitor, ada: Person, subtests: pytest.Subtests
) -> None:
    origin = app.config["SETTINGS"].issuer
    for headers, shown in (
        ({}, False),
        ({"Origin": origin}, True),
        ({"Origin": "null"}, False),
        ({"Origin": f"{origin}.evil.example"}, False),
        ({"Origin": origin, "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
    ):
        with subtests.test(headers=headers):
            answer = visitor.request("/contexts/new", "POST", data={"content": "theirs"}, headers=headers)
            assert (answer.status_code, "theirs" in answer.text) == (400, shown)
    end_everywhere(app, ada)
    data = {"content": "theirs", "csrf_token": visitor.open("/login").values["csrf_token"]}
    assert visitor.request("/contexts/new", "POST", data=data).location == "/login?next=/"


def test_a_form_without_text_or_of_another_room_gives_nothing_back(visitor: Visitor) -> None:
    for path, data in (
        ("/contexts/new", {"name": " ", "version": "1", "password": "secret"}),
        ("/contexts/1/delete", {}),
        ("/developer/oauth-apps/new", {"name": "Nova", "description": "Mine"}),
        ("/login", {"email": "ada@people.example", "password": "secret"}),
    ):
        page = Page(visitor.request(path, "POST", data=data, headers=FROM_HERE))
        assert (page.status, page.title) == (400, "This form has expired")
        assert given_back(page) == {}


def test_every_field_that_people_type_in_is_given_back(app: Flask, visitor: Visitor, ada: Person) -> None:
    variable = {"name": "tone", "description": ""}
    skill = make_skill(visitor, ada.id, "Letter", variable)
    with app.app_context():
        task = create_task(ada.id, "Weekly", steps=[{"skill_id": str(skill.id), "variables": {"tone": {"text": "x"}}}])
    nameless = set()
    for path in (
        "/contexts/new",
        f"/skills/{skill.id}/edit",
        f"/skills/{skill.id}",
        f"/tasks/{task.id}/edit",
        f"/tasks/{task.id}",
    ):
        fields = [
            field["name"]
            for form in visitor.open(path).document.find("form", method="post")
            for field in form.find("input", "textarea")
            if field["type"] in {"", "text", "number"}
        ]
        assert fields, path
        nameless |= {name for name in fields if label_of(name) is None}
    assert nameless <= {"search"}, "a search is typed again"
