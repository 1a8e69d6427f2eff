"""Mails leave by a real SMTP server: with and without TLS and a login, and never where it is not safe."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from portal.foundation.mail_transport import KEPT_MAILS
from tests.fixtures.applications import MakeApp
from tests.fixtures.document_server import make_certificate
from tests.fixtures.loopback import free_port
from tests.fixtures.mail_server import PASSWORD, USER, MailServer, serve_mail
from tests.foundation.letters import ADA, deliver, outbox, put, ready

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NOON = 20_000 * 86400 + 12 * 3600


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Of a server that is called localhost; this machine trusts it."""
    serving, _ = make_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    return serving


def send_one(make_app: MakeApp, url: str) -> Flask:
    app = ready(make_app(smtp_url=url))
    put(app)
    deliver(app)
    return app


def assert_waits(app: Flask, server: MailServer) -> None:
    """Nothing was sent, and it is tried again."""
    assert server.mails == []
    assert server.users == []
    assert [mail.attempts for mail in outbox(app)] == [1]


def test_without_tls_where_the_setting_says_so(make_app: MakeApp, mail_server: MailServer) -> None:
    app = send_one(make_app, mail_server.url())
    assert outbox(app) == []
    assert mail_server.recipients == [[ADA]]
    assert mail_server.secure == [False]


def test_with_a_user_and_a_password_of_any_signs(make_app: MakeApp, stack: ExitStack) -> None:
    server = stack.enter_context(serve_mail(login=True))
    send_one(make_app, server.url(login=True))
    assert server.users == [USER]
    assert len(server.mails) == 1


def test_a_wrong_password_sends_nothing_and_is_not_logged(
    make_app: MakeApp, stack: ExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    server = stack.enter_context(serve_mail(login=True))
    app = send_one(make_app, server.url(login=True).replace("100%25", "99"))
    assert_waits(app, server)
    assert "SMTPAuthenticationError: 535" in caplog.text
    assert not [secret for secret in (PASSWORD, "p%40ss", "99@", ADA) if secret in caplog.text]


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_over_tls(make_app: MakeApp, stack: ExitStack, certificate: ssl.SSLContext, scheme: str) -> None:
    kind = {"smtps": "tls", "smtp": "starttls"}[scheme]
    server = stack.enter_context(serve_mail(**{kind: certificate}))  # type: ignore[arg-type]
    send_one(make_app, server.url(scheme, host="localhost"))
    assert server.recipients == [[ADA]]
    assert server.secure == [True]


def test_with_a_login_after_starttls(make_app: MakeApp, stack: ExitStack, certificate: ssl.SSLContext) -> None:
    server = stack.enter_context(serve_mail(starttls=certificate, login=True))
    send_one(make_app, server.url("smtp", host="localhost", login=True))
    assert (server.users, server.secure) == ([USER], [True])


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_of_another_host_or_of_nobody_we_trust_is_refused(
    make_app: MakeApp, stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, host: str
) -> None:
    serving, _ = make_certificate(tmp_path, "localhost")
    if host == "127.0.0.1":  # trusted, but it is for localhost
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    kind = {"smtps": "tls", "smtp": "starttls"}[scheme]
    server = stack.enter_context(serve_mail(**{kind: serving}))  # type: ignore[arg-type]
    assert_waits(send_one(make_app, server.url(scheme, host=host)), server)


def test_where_starttls_is_not_offered_neither_password_nor_mail_is_sent(
    make_app: MakeApp, stack: ExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    server = stack.enter_context(serve_mail(login=True))
    app = send_one(make_app, server.url("smtp", login=True))
    assert_waits(app, server)
    assert "STARTTLS extension not supported" in caplog.text


def test_a_server_that_is_down_gets_the_mail_when_it_is_back(make_app: MakeApp, stack: ExitStack) -> None:
    port = free_port()
    with time_machine.travel(NOON, tick=False) as clock:
        app = send_one(make_app, f"smtp+plain://127.0.0.1:{port}")
        server = stack.enter_context(serve_mail(port=port))
        assert deliver(app) == 0, "it is not due yet"
        clock.shift(60)
        assert deliver(app) == 1
    assert server.recipients == [[ADA]]
    assert outbox(app) == []


def test_while_no_server_is_there_one_letter_is_tried_and_the_others_stay_due(make_app: MakeApp) -> None:
    app = ready(make_app(smtp_url=f"smtp+plain://127.0.0.1:{free_port()}"))
    put(app, "one", "two", "three")
    assert deliver(app) == 0
    assert sorted(mail.attempts for mail in outbox(app)) == [0, 0, 1]


@pytest.mark.parametrize("command", ["RCPT", "DATA", "END"])
def test_a_mail_that_will_never_be_taken_is_given_up_and_logged_without_address_or_text(
    make_app: MakeApp, mail_server: MailServer, caplog: pytest.LogCaptureFixture, command: str
) -> None:
    mail_server.replies[command] = [f"550 {ADA} is no user of mine; you wrote Hello Ada"]
    app = send_one(make_app, mail_server.url())
    assert outbox(app) == []
    assert "mail greeting was refused" in caplog.text
    assert "550" in caplog.text
    assert not [words for words in (ADA, "Hello", "no user") if words in caplog.text]


@pytest.mark.parametrize(("command", "reply"), [("RCPT", "451 later"), ("END", "452 later"), ("MAIL", "553 who?")])
def test_what_is_not_taken_now_is_sent_later(
    make_app: MakeApp, mail_server: MailServer, caplog: pytest.LogCaptureFixture, command: str, reply: str
) -> None:
    mail_server.replies[command] = [reply]
    with time_machine.travel(NOON, tick=False) as clock:
        app = send_one(make_app, mail_server.url())
        assert len(outbox(app)) == 1
        mail_server.mails.clear()
        clock.shift(60)
        assert deliver(app) == 1
    assert len(mail_server.mails) == 1
    assert outbox(app) == []
    assert ADA not in caplog.text


def test_one_letter_that_is_not_taken_keeps_back_no_other(make_app: MakeApp, mail_server: MailServer) -> None:
    mail_server.replies["RCPT"] = ["451 later"]
    app = ready(make_app(smtp_url=mail_server.url()))
    put(app, "one", "two")
    assert deliver(app) == 1
    assert len(mail_server.mails) == len(outbox(app)) == 1


def test_a_server_that_says_goodbye_badly_gets_the_mail_once(make_app: MakeApp, mail_server: MailServer) -> None:
    mail_server.replies["QUIT"] = ["421 in a hurry"]
    app = send_one(make_app, mail_server.url())
    assert outbox(app) == []
    assert len(mail_server.mails) == 1


def test_a_host_of_another_alphabet_is_sent_in_ascii(make_app: MakeApp, mail_server: MailServer) -> None:
    app = ready(make_app(smtp_url=mail_server.url()))
    put(app, recipient="ada@bücher.example")
    assert deliver(app) == 1
    assert mail_server.recipients == [["ada@xn--bcher-kva.example"]]


def test_without_a_server_mails_are_files_that_their_owner_alone_reads(make_app: MakeApp, tmp_path: Path) -> None:
    app = ready(make_app())
    put(app)
    deliver(app)
    (file,) = (tmp_path / "mail").iterdir()
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"Subject: Hello Ada\r\n" in file.read_bytes()


def test_the_folder_keeps_the_latest(make_app: MakeApp, tmp_path: Path) -> None:
    app = ready(make_app())
    folder = tmp_path / "mail"
    folder.mkdir()
    old = [folder / f"{number:012}-000001-{number:016x}.eml" for number in range(KEPT_MAILS)]
    for file in old:
        file.touch()
    put(app, "one", "two")
    deliver(app)
    kept = sorted(folder.iterdir())
    assert len(kept) == KEPT_MAILS
    assert kept[:-2] == old[2:]
    new = b"".join(file.read_bytes() for file in kept[-2:])  # of one second, in either order
    assert all(words in new for words in (b"Hello one", b"Hello two"))


@pytest.mark.parametrize(("smtp_url", "warned"), [("", True), ("smtps://mail.example", False)])
def test_a_production_run_without_a_server_is_warned(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture, smtp_url: str, warned: bool
) -> None:
    with caplog.at_level(logging.WARNING):
        make_app(public_url="https://id.example", smtp_url=smtp_url)
    assert ("nobody receives any" in caplog.text) == warned
