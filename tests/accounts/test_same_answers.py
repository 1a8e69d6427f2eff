"""Nobody learns which addresses have accounts: from no page, no status, and no work that is done (ASVS 6.3.8)."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.accounts.stored import count_rows
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.statements import statements

KNOWN, UNKNOWN = "ada@people.example", "nob@people.example"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Forms' tokens hold the second in which they were made."""
    with time_machine.travel(1_800_000_000, tick=False):
        yield


@dataclass
class Observed:
    """Everything that can be seen of asking for a letter, but for the address and the form's token."""

    status: int
    location: str | None
    body: str
    page: tuple[int, str]
    statements: list[str]
    letters: int


def observe(visitor: Visitor, path: str, action: str, email: str) -> Observed:
    """Open a page and send its last form."""
    form = visitor.open(path).document.find("form")[-1]
    token = form.find("input", name="csrf_token")[0]["value"]
    before = count_rows(visitor.app, "outgoing_mails")
    with statements(visitor.app) as seen:
        answer = visitor.request(action, "POST", data={"csrf_token": token, "email": email})
    page = visitor.request(answer.location or "")

    def body(response: TestResponse) -> str:
        return response.text.replace(email, "EMAIL").replace(token, "TOKEN")

    written = count_rows(visitor.app, "outgoing_mails") - before
    return Observed(answer.status_code, answer.location, body(answer), (page.status_code, body(page)), seen, written)


@pytest.mark.standard("ContextFile security rule", "55", "Signing up and resetting: an unknown and a known email alike")
@pytest.mark.parametrize("path", ["/signup", "/reset-password"])
def test_asking_for_a_letter_looks_the_same_for_a_known_and_an_unknown_address(
    app: Flask, ada: Person, path: str
) -> None:
    assert ada.email == KNOWN
    known, unknown = (observe(Visitor.of(app), path, path, email) for email in (KNOWN, UNKNOWN))
    assert known == unknown
    assert known.status == 303
    assert "INSERT" in known.statements
    assert known.letters == 1


@pytest.mark.standard("ContextFile security rule", "55", "Changing the address tells nothing of the new one")
def test_changing_to_an_address_looks_the_same_whether_it_has_an_account(app: Flask, ada: Person) -> None:
    bob = make_person(app, email="bob@people.example")
    path, action = "/settings/profile", "/settings/profile/email"
    known, unknown = (observe(visit_signed_in(app, bob), path, action, email) for email in (KNOWN, UNKNOWN))
    assert known == unknown
    assert (known.status, known.location) == (303, path)
    assert known.letters == 1
