"""Taking one's data away, and deleting the account."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.accounts.data_export import add_export
from portal.accounts.fresh_sign_in import FRESH_SECONDS
from tests.accounts.documents import Page
from tests.accounts.letters import letters
from tests.accounts.stored import counts, dump, kinds
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_client, make_person
from tests.fixtures.applications import MakeApp

DATA = "/settings/data"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


def export(visitor: Visitor) -> dict[str, Any]:
    answer = visitor.send_to(DATA, f"{DATA}/export")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contextfile-2027-01-15.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    exported: dict[str, Any] = json.loads(answer.data)
    return exported


@pytest.mark.parametrize("action", ["export", "delete"])
def test_a_stale_log_in_has_to_be_renewed_first(
    app: Flask, ada: Person, clock: time_machine.Traveller, action: str
) -> None:
    visitor = visit_signed_in(app, ada)
    clock.shift(FRESH_SECONDS + 1)
    before = counts(app)
    answer = visitor.send_to(DATA, f"{DATA}/{action}", typed_email=ada.email)
    assert answer.location == f"/login?next={DATA}"
    assert counts(app) == before


def test_an_export_holds_everything_of_its_owner_and_nobody_elses(app: Flask, ada: Person) -> None:
    bob = make_person(app, name="Bob Babbage", email="bob@people.example")
    Visitor.of(app).log_in(bob)
    visitor = Visitor.of(app)
    visitor.log_in(ada)
    exported = export(visitor)
    assert exported["exported_at"] == "2027-01-15T08:00:00Z"
    assert exported["account"] == {
        "id": str(ada.id),
        "name": ada.name,
        "email": ada.email,
        "created_at": "2027-01-15T08:00:00Z",
    }
    (session,) = exported["sessions"]
    assert session["network"] == "192.0.2.0/24"
    assert {event["kind"] for event in exported["history"]} == {"signed_in", "data_exported"}
    assert "Babbage" not in json.dumps(exported)
    assert bob.email not in json.dumps(exported)


def test_an_export_holds_no_secret_and_nothing_that_one_could_be_found_from(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    text = json.dumps(export(visitor))
    (digest,) = [
        line for line in dump(app).splitlines() if line in visitor.open("/settings/sessions").source and len(line) == 64
    ]
    for secret in ("$argon2id$", visitor.session()["_user_id"], digest):
        assert secret not in text


def test_each_room_adds_its_part(make_app: MakeApp) -> None:
    app = make_app()
    ada = make_person(app)
    add_export(app, "collections", lambda user_id: [f"of {user_id}"])
    assert export(visit_signed_in(app, ada))["collections"] == [f"of {ada.id}"]


@pytest.mark.parametrize("typed", ["", "ada", "bob@people.example", "ada@people.example "[:-2]])
def test_whoever_types_another_address_deletes_nothing(app: Flask, ada: Person, typed: str) -> None:
    visitor = visit_signed_in(app, ada)
    page = Page(visitor.send_to(DATA, f"{DATA}/delete", typed_email=typed))
    assert page.status == 422
    assert len(page.summary) == 1
    assert visitor.signed_in_as() == ada.email


def test_a_deleted_account_is_gone_with_everything_of_it(app: Flask, ada: Person) -> None:
    bob = make_person(app, name="Bob Babbage", email="bob@people.example")
    make_client(app, bob)
    Visitor.of(app).log_in(bob)
    letters(app)
    before = counts(app)
    visitor, other = Visitor.of(app), visit_signed_in(app, ada)
    make_client(app, ada)
    visitor.log_in(ada)
    visitor.send("/reset-password", email=ada.email)
    visitor.send_to("/settings/profile", "/settings/profile/email", email="ada@new.example")
    letters(app)
    answer = visitor.send_to(DATA, f"{DATA}/delete", typed_email="ADA@people.example")
    assert answer.location == "/"
    assert "Your account is deleted" in visitor.open("/").text
    assert visitor.signed_in_as() is None
    assert other.signed_in_as() is None
    assert Visitor.of(app).log_in(ada).status_code == 422
    assert letters(app)[-1]["To"] == ada.email
    assert letters(app)[-1]["Subject"] == "Your account was deleted"
    after = counts(app)
    assert {name: after[name] for name in after if name != "security_events"} == {
        name: before[name] for name in before if name not in {"security_events"}
    } | {"users": before["users"] - 1}
    assert "account_deleted" in kinds(app, ada.id)
    for personal in (ada.email, "ada@new.example", ada.name):
        assert personal not in dump(app)
    assert bob.email in dump(app)


def test_the_address_can_sign_up_anew(app: Flask, visitor: Visitor, ada: Person) -> None:
    signed_in = visit_signed_in(app, ada)
    signed_in.send_to(DATA, f"{DATA}/delete", typed_email=ada.email)
    assert visitor.sign_up(email=ada.email).status_code == 303
    assert visitor.signed_in_as() == ada.email
