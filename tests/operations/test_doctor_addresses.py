"""The doctor looks at what the portal sends to and how callers reach it: mail, Redis, TLS, proxies. Real servers."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from portal.foundation import clock
from portal.operations.doctor.address_checks import look_at_proxies, look_at_tls
from portal.operations.doctor.probe import HEADER, PATH
from portal.operations.doctor.service_checks import look_at_letters, look_at_mail, look_at_redis
from tests.fixtures.applications import MakeApp
from tests.fixtures.document_server import DocumentServer, make_certificate
from tests.fixtures.loopback import free_port
from tests.fixtures.mail_server import PASSWORD, USER, serve_mail
from tests.fixtures.valkey import Valkey
from tests.foundation.letters import put, ready
from tests.operations.doctoring import SECRET_KEY, found, proxy, served, states

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DAY = 86400


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serving(tmp_path: Path) -> ssl.SSLContext:
    """The TLS of a server that is called localhost, with a certificate that this machine does not trust."""
    return make_certificate(tmp_path, "localhost")[0]


def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))


def test_without_a_mail_server_nobody_receives_mail_which_matters_in_production(make_app: MakeApp) -> None:
    assert states(found(make_app(), look_at_mail)) == ["ok"]
    (finding,) = found(make_app(public_url="https://id.example"), look_at_mail)
    assert (finding.state, finding.cure) == ("problem", "set SMTP_URL")


def test_a_mail_server_that_is_away_or_does_not_know_us_is_a_problem(make_app: MakeApp, stack: ExitStack) -> None:
    server = stack.enter_context(serve_mail(login=True))
    wrong = server.url(login=True).replace(USER, "somebody")
    for url, words in ((f"smtp+plain://127.0.0.1:{free_port()}", "Connection refused"), (wrong, "535")):
        (finding,) = found(make_app(smtp_url=url), look_at_mail)
        assert (finding.state, words in finding.text) == ("problem", True), finding
        assert PASSWORD not in finding.text


def test_a_mail_server_lets_us_in_and_gets_no_letter(
    make_app: MakeApp, stack: ExitStack, serving: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = stack.enter_context(serve_mail(starttls=serving, login=True))
    app = make_app(smtp_url=server.url("smtp", host="localhost", login=True))
    (finding,) = found(app, look_at_mail)
    assert (finding.state, "CERTIFICATE_VERIFY_FAILED" in finding.text) == ("problem", True)
    trust(tmp_path, monkeypatch)
    (finding,) = found(app, look_at_mail)
    assert (finding.state, finding.text) == ("ok", "localhost lets us in (STARTTLS, logged in)")
    assert (server.users, server.mails) == ([USER], [])


def test_letters_that_wait_for_long_are_found(make_app: MakeApp) -> None:
    app = ready(make_app())
    put(app)
    assert states(found(app, look_at_letters)) == ["ok"]
    with time_machine.travel(clock.now() + 1000):
        (finding,) = found(app, look_at_letters)
    assert (finding.state, finding.text.startswith("1 in the outbox, the oldest for 1")) == ("warning", True)


def test_the_store_that_nodes_share_is_asked(make_app: MakeApp, stack: ExitStack) -> None:
    assert states(found(make_app(), look_at_redis)) == ["ok"]
    (finding,) = found(make_app(redis_url=f"redis://:hunter2@127.0.0.1:{free_port()}/0"), look_at_redis)
    assert finding.state == "problem"
    assert "hunter2" not in f"{finding}"
    store = Valkey()
    store.start()
    stack.callback(store.kill)
    (finding,) = found(make_app(redis_url=store.url), look_at_redis)
    assert (finding.state, finding.text) == ("ok", "the store at REDIS_URL answers")


def test_a_certificate_is_looked_at_before_it_ends(
    make_app: MakeApp, stack: ExitStack, serving: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(found(make_app(), look_at_tls)) == ["ok"]
    server = DocumentServer(serving)
    stack.callback(server.close)
    app = make_app(public_url=f"https://localhost:{server.port}")
    (finding,) = found(app, look_at_tls)
    assert (finding.state, "self-signed certificate" in finding.text) == ("problem", True)
    trust(tmp_path, monkeypatch)
    for days_earlier, state, left in ((0, "problem", 0), (5, "warning", 5), (20, "ok", 20)):
        with time_machine.travel(clock.now() - days_earlier * DAY + 3600):  # it was made for a day
            (finding,) = found(app, look_at_tls)
        assert (finding.state, f"for {left} more days, over TLSv1." in finding.text) == (state, True), finding
    (finding,) = found(make_app(public_url=f"https://127.0.0.1:{server.port}"), look_at_tls)
    assert (finding.state, "IP address mismatch" in finding.text) == ("problem", True)
    server.close()
    assert states(found(app, look_at_tls)) == ["warning"]


@pytest.mark.parametrize(
    ("trusted", "through", "words"),
    [
        (0, None, ""),
        (1, None, "set TRUSTED_PROXIES=0"),
        (1, {"appends": True}, ""),
        (1, {"appends": False}, ""),
        (0, {"appends": True}, "set TRUSTED_PROXIES=1"),
        (0, {"appends": False}, "set TRUSTED_PROXIES=1"),
        (2, {"appends": True}, "set TRUSTED_PROXIES=1"),
        (2, {"appends": False}, "set TRUSTED_PROXIES=1"),
        (1, {"forwards": False}, "have the proxy set X-Forwarded-For"),
    ],
)
def test_a_caller_who_claims_another_address_is_believed_only_where_that_is_found(
    make_app: MakeApp, stack: ExitStack, trusted: int, through: dict[str, bool] | None, words: str
) -> None:
    public, own = free_port(), free_port()
    app = make_app(secret_key=SECRET_KEY, public_url=f"http://127.0.0.1:{public}", trusted_proxies=trusted)
    stack.enter_context(served(app, public if through is None else own))
    if through is not None:
        stack.enter_context(proxy(public, own, **through))
    (finding,) = found(app, look_at_proxies)
    assert finding.state == ("problem" if words else "ok"), finding
    assert words in finding.cure


def test_another_server_or_another_key_at_the_address_is_found(
    make_app: MakeApp, stack: ExitStack, document_server: DocumentServer
) -> None:
    assert states(found(make_app(public_url=f"http://127.0.0.1:{free_port()}"), look_at_proxies)) == ["warning"]
    port = free_port()
    stack.enter_context(served(make_app(secret_key="another " * 8), port))
    for address in (document_server.origin, f"http://127.0.0.1:{port}"):
        (finding,) = found(make_app(secret_key=SECRET_KEY, public_url=address), look_at_proxies)
        assert (finding.state, "same SECRET_KEY" in finding.cure) == ("problem", True), finding


def test_nobody_else_learns_anything_at_that_address(app: Flask) -> None:
    for headers in ({}, {HEADER: "caller"}, {HEADER: "ImNhbGxlciI.aaaa.bbbb"}):
        assert app.test_client().get(PATH, headers=headers).status_code == 404
