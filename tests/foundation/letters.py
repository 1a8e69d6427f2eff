"""A letter for the tests of mail: whom it greets is in its data, and its link is minted when it is written."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from flask import Flask, url_for

from portal.foundation import mail
from portal.foundation.database import reading, transaction
from portal.foundation.mail import Letter, OutgoingMail, Step

ADA = "ada@people.example"


def write_greeting(row: OutgoingMail, data: Mapping[str, Any]) -> Letter:
    """Greet somebody."""
    name = data.get("name", "Ada")
    return Letter(
        to=row.recipient,
        subject=f"Hello {name}",
        paragraphs=(f"{name} is welcome.", "A second paragraph."),
        step=Step("Come in", f"{url_for('docs.home', _external=True)}come?key={token_hex(16)}"),
        facts=(("App", name), ("When", "24 Nov 2026")),
        undo=(f"Tell {name} off.",),
        undo_step=Step("Undo it", "https://portal.example/undo"),
    )


def fail(_row: OutgoingMail, data: Mapping[str, Any]) -> Letter:
    """A writer with a fault in it."""
    raise KeyError(data["name"])


def ready(app: Flask) -> Flask:
    """The application, knowing these letters."""
    mail.add_writers(app, {"greeting": write_greeting, "faulty": fail, "nobody": lambda _row, _data: None})
    return app


def put(app: Flask, *names: str, letter: str = "greeting", recipient: str = ADA) -> None:
    """Put letters into the outbox, each in a transaction of its own."""
    for name in names or ("Ada",):
        with app.app_context(), transaction() as session:
            mail.enqueue(session, letter, recipient=recipient, name=name)


def outbox(app: Flask) -> list[OutgoingMail]:
    """What waits."""
    with app.app_context(), reading() as session:
        return list(session.query(OutgoingMail).order_by(OutgoingMail.due_at))


def deliver(app: Flask) -> int:
    """Send what is due; says how much that was."""
    sent: int = app.extensions["postman"].deliver()
    return sent
