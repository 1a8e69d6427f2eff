"""The form of a task as a browser reads and sends it; unlike other forms it has lists to choose from."""

from typing import Any

from portal.content.models import Skill, Task
from portal.content.skills import create_skill
from portal.content.tasks import get_task
from tests.accounts.documents import Element, Page
from tests.accounts.visitor import Visitor

FIELDS = ("input", "textarea", "select")


def make_skill(visitor: Visitor, user_id: int, name: str, *variables: dict[str, str], **details: Any) -> Skill:
    """A skill of a user's whose prompt is its name and its input."""
    names = "".join(f" {{{{ {variable['name']} }}}}" for variable in variables)
    with visitor.app.app_context():
        return create_skill(user_id, name, f"{name}: {{{{ input }}}}{names}", variables=variables, **details)


def kept(visitor: Visitor, made: Task) -> Task:
    """A task as it is kept now."""
    with visitor.app.app_context():
        task = get_task(made.user_id, made.id)
    assert task
    return task


def form_of(page: Page) -> Element:
    """The form with a task's steps."""
    (form,) = [form for form in page.document.find("form") if "data-steps" in form.attributes]
    return form


def filled_in(page: Page) -> dict[str, str]:
    """What the form would send as it stands, without its buttons."""
    values = {}
    for field in form_of(page).find(*FIELDS):
        if field.tag == "select":
            options = field.find("option")
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            values[field["name"]] = chosen[0]["value"] if chosen else ""
        elif field.tag == "textarea":  # a browser drops its first line break
            values[field["name"]] = "".join(map(str, field.children)).removeprefix("\r").removeprefix("\n")
        else:
            values[field["name"]] = field["value"]
    return values


def choices(page: Page, name: str) -> list[str]:
    """What can be chosen in a list."""
    (field,) = form_of(page).find("select", name=name)
    return [option.text for option in field.find("option")]


def send(visitor: Visitor, path: str, page: Page, **fields: str) -> Any:
    """Send the form that a page holds, with these fields changed."""
    return visitor.request(path, "POST", data=filled_in(page) | fields)


def press(visitor: Visitor, path: str, page: Page, button: str, **fields: str) -> Page:
    """The page after one of the buttons between the steps was pressed: it is there, and nothing was kept."""
    assert any(found["value"] == button for found in form_of(page).find("button", name="step")), button
    answer = send(visitor, path, page, step=button, **fields)
    assert answer.status_code == 200
    return Page(answer)


def marked(page: Page) -> dict[str, str]:
    """By the name of each field that is marked as wrong, what is said of it; the summary says it and leads there."""
    errors = {}
    for field in form_of(page).find(*FIELDS):
        if field["aria-invalid"] == "true":
            described = [page.document.by_id(name).text for name in field["aria-describedby"].split()]
            errors[field["name"]] = next(text for text in described if text.startswith("Error: ")).removeprefix(
                "Error: "
            )
    lines = {link["href"].removeprefix("#"): link.text for link in form_of(page).by_id("problems").find("a")}
    assert lines.keys() == {page.form.find(*FIELDS, name=name)[0]["id"] for name in errors}
    assert all(lines[name].endswith(text) for name, text in errors.items())
    return errors
