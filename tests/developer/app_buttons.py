"""The buttons of an app's pages, pressed as a browser presses them: each form with what it carries."""

from typing import Any

from werkzeug.test import TestResponse

from tests.accounts.documents import Element, Page
from tests.accounts.visitor import Visitor
from tests.developer.app_form import APPS


def form_of(page: Page, action: str) -> Element:
    """The one form of a page whose address ends so."""
    (form,) = [form for form in page.document.find("form") if form["action"].endswith(action)]
    return form


def values_of(form: Element) -> dict[str, str]:
    """What a form sends as it stands; of radio buttons the checked one."""
    inputs = form.find("input")
    return {
        field["name"]: field["value"] for field in inputs if field["type"] != "radio" or "checked" in field.attributes
    }


def press(visitor: Visitor, page: Page, action: str, **fields: Any) -> TestResponse:
    """Send a form of a page that was opened before; a field of None is not sent."""
    form = form_of(page, action)
    sent = values_of(form) | fields
    return visitor.request(form["action"], "POST", data={name: text for name, text in sent.items() if text is not None})


def rotate(visitor: Visitor, client_id: str, **fields: Any) -> TestResponse:
    """Open an app's overview and rotate its client secret."""
    return press(visitor, visitor.open(f"{APPS}/{client_id}"), "/secrets", **fields)


def revoke(visitor: Visitor, client_id: str, last_four: str) -> TestResponse:
    """Open an app's overview and revoke the client secret that ends so."""
    page = visitor.open(f"{APPS}/{client_id}")
    (action,) = [
        form["action"]
        for form in page.document.find("form")
        if form["action"].endswith("/revoke") and f"…{last_four}" in form.text
    ]
    return press(visitor, page, action)


def danger(visitor: Visitor, client_id: str, action: str, **fields: Any) -> TestResponse:
    """Open an app's danger zone and press one of its buttons."""
    return press(visitor, visitor.open(f"{APPS}/{client_id}/danger-zone"), action, **fields)


def landed(visitor: Visitor, answer: TestResponse) -> Page:
    """The page that a redirect leads to."""
    assert answer.status_code == 303, Page(answer).text
    assert answer.location is not None
    return visitor.open(answer.location)
