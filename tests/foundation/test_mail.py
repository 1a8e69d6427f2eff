"""Letters: put into the outbox with what they tell of, written when they are sent, the same as text and as HTML."""

import gc
import threading
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from portal.foundation import mail
from portal.foundation.database import transaction
from portal.foundation.mail import OutgoingMail
from tests.accounts.stored import dump
from tests.fixtures.applications import MakeApp
from tests.fixtures.mail_server import MailServer
from tests.foundation.letters import ADA, deliver, outbox, put, ready

HOSTILE = (
    "<script>alert(1)</script>",
    "Bob\r\nBcc: eve@evil.example\r\n\r\nbody",
    "Bob\u202egnp.exe",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "\ud800 \0 \x1b[31m",
    "Ünïcödé 名前 " * 20,
)


@pytest.fixture
def app(make_app: MakeApp, mail_server: MailServer) -> Flask:
    return ready(make_app(smtp_url=mail_server.url(), public_url="http://127.0.0.1:5000"))


def parts(message: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    return text.get_content().replace("\r\n", "\n"), html.get_content()


def test_a_transaction_that_is_rolled_back_sends_nothing(app: Flask, mail_server: MailServer) -> None:
    app.extensions["postman"].works_alone = True
    threads = threading.enumerate()
    with app.app_context(), suppress(ZeroDivisionError), transaction() as session:
        mail.enqueue(session, "greeting", recipient=ADA)
        raise ZeroDivisionError
    assert threading.enumerate() == threads, "the postman was called"
    assert outbox(app) == []
    assert deliver(app) == 0
    assert mail_server.mails == []


def test_sessions_leave_nothing_behind(app: Flask) -> None:
    gc.collect()
    before = len(event.registry._key_to_collection)
    put(app, *map(str, range(20)))
    gc.collect()
    assert len(event.registry._key_to_collection) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_is_for_one_person_from_the_portal_and_no_machine_answers_it(app: Flask, mail_server: MailServer) -> None:
    put(app)
    assert deliver(app) == 1
    (message,) = mail_server.mails
    assert message["From"] == "ContextFile <no-reply@[127.0.0.1]>"
    assert message["To"] == ADA
    assert message["Subject"] == "Hello Ada"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert message["Message-ID"]
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_sender_is_the_settings(make_app: MakeApp, mail_server: MailServer) -> None:
    app = ready(make_app(smtp_url=mail_server.url(), mail_from="Portal <hello@id.example>"))
    put(app)
    deliver(app)
    assert mail_server.mails[0]["From"] == "Portal <hello@id.example>"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_text_and_html_say_the_same(app: Flask, mail_server: MailServer) -> None:
    put(app)
    deliver(app)
    text, html = parts(mail_server.mails[0])
    link = next(line for line in text.splitlines() if line.startswith("http://127.0.0.1:5000/come?key="))
    for words in ("Ada is welcome.", "A second paragraph.", "Come in", "24 Nov 2026", "Was this not you?",
                  "Tell Ada off.", "Undo it", "https://portal.example/undo", link):  # fmt: skip
        assert words in text
        assert words in html
    assert html.count(f'href="{link}"') == 1
    assert "\n-- \n" in text


@pytest.mark.standard("ContextFile security rule", "64", "What strangers chose is inert in mails")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_words_and_nothing_else(app: Flask, mail_server: MailServer, name: str) -> None:
    put(app, name)
    assert deliver(app) == 1
    assert mail_server.recipients == [[ADA]]
    (message,) = mail_server.mails
    text, html = parts(message)
    assert message["Bcc"] is None
    assert message["To"] == ADA
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "X-Peer",
        "X-MailFrom", "X-RcptTo",
    } & set(message.keys())  # fmt: skip
    for words in (str(message["Subject"]), text, html):
        assert "\u202e" not in words
        assert "\x1b" not in words
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in text.partition("-- ")[0].replace("24 Nov 2026", "").split("key=")[0]
    assert text.count("\nBcc:") == 0


def test_neither_the_outbox_nor_the_database_holds_a_link(app: Flask, mail_server: MailServer) -> None:
    put(app)
    waiting = outbox(app)
    assert [(row.letter, row.data, row.recipient) for row in waiting] == [("greeting", '{"name": "Ada"}', ADA)]
    before = str(dump(app))
    deliver(app)
    text, _ = parts(mail_server.mails[0])
    key = text.partition("?key=")[2].split()[0]
    assert len(key) == 32
    assert key not in before + str(dump(app))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("recipient", ["ada", "ada@x, eve@evil.example", "ada@people.example\nBcc: eve@x.example", ""])
def test_what_is_no_single_address_is_refused(
    app: Flask, mail_server: MailServer, caplog: pytest.LogCaptureFixture, recipient: str
) -> None:
    put(app, recipient=recipient)
    assert deliver(app) == 0
    assert outbox(app) == []
    assert mail_server.mails == []
    assert "mail greeting was refused: it is for no address" in caplog.text


def test_a_letter_to_nobody_is_done(app: Flask, mail_server: MailServer) -> None:
    put(app, letter="nobody")
    assert deliver(app) == 1
    assert outbox(app) == []
    assert mail_server.mails == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_kept_mail_is_the_same_message(make_app: MakeApp, tmp_path: Path) -> None:
    app = ready(make_app())
    put(app, "Zoë")
    deliver(app)
    (file,) = (tmp_path / "mail").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
    assert message["Subject"] == "Hello Zoë"
    assert "Zoë is welcome." in parts(message)[0]


def test_the_row_names_whom_it_is_for_or_an_address(app: Flask) -> None:
    put(app)
    (row,) = outbox(app)
    assert isinstance(row, OutgoingMail)
    assert (row.user_id, row.recipient, row.attempts) == (None, ADA, 0)
