"""Links that are made, spent and ended at the same time: none is left over, and nobody is cut off (both databases)."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest
from flask import Flask

from portal.accounts import letters
from portal.accounts.account_deletion import delete_account
from portal.accounts.email_change import confirm_email_change, undo_email_change
from portal.accounts.email_links import LinkGone, find, mint
from portal.accounts.password_reset import finish_reset, request_reset
from portal.foundation.database import transaction
from tests.accounts.letters import letters as delivered
from tests.accounts.letters import link_in
from tests.factories import Person, make_person

ROUNDS = 3
BEFORE = "before@people.example"


def made(app: Flask, purpose: str, email: str, person: Person) -> str:
    with app.app_context(), transaction() as session:
        return mint(session, purpose, email, user_id=person.id)


def together(app: Flask, *actions: Callable[[], object]) -> None:
    """Do all at the same time; that a link is gone is an answer, a deadlock is none."""

    def do(action: Callable[[], object]) -> None:
        with app.app_context(), suppress(LinkGone):
            action()

    with ThreadPoolExecutor(len(actions)) as pool:
        for doing in [pool.submit(do, action) for action in actions]:
            doing.result()


def test_a_reset_that_is_being_written_ends_when_the_old_address_comes_back(
    app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changed the address reads the letter: it must open nothing once the account is its owner's again."""
    undo = made(app, "undo", BEFORE, ada)
    with app.app_context():
        request_reset(ada.email)

    def put_back() -> None:
        with app.app_context():
            undo_email_change(undo)

    with ThreadPoolExecutor(1) as pool:
        putting: list[Future[None]] = []

        def mint_late(*arguments: object, **named: object) -> str:
            putting.append(pool.submit(put_back))
            with suppress(TimeoutError):  # it waits for this letter, if it must
                putting[0].result(0.3)
            return mint(*arguments, **named)  # type: ignore[arg-type]

        with monkeypatch.context() as patched:
            patched.setattr(letters, "mint", mint_late)
            (letter,) = delivered(app, ada.email)
        putting[0].result()
    token = link_in(letter, "/reset-password/new").partition("token=")[2]
    with app.app_context(), pytest.raises(LinkGone):
        find("reset", token)


def test_two_links_that_are_spent_at_once_are_two_answers(app: Flask) -> None:
    for _ in range(ROUNDS):
        person = make_person(app)
        tokens = [made(app, "reset", person.email, person) for _ in range(2)]
        together(app, *[lambda token=token: finish_reset(token, "a new password of mine") for token in tokens])


def test_an_account_is_deleted_while_its_link_is_spent(app: Flask) -> None:
    for number in range(ROUNDS):
        person = make_person(app)
        token = made(app, "change", f"new-{number}@people.example", person)
        together(app, lambda token=token: confirm_email_change(token), lambda key=person.id: delete_account(key))  # type: ignore[misc]
