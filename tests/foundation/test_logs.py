"""The log as programs read it: one JSON object a line, whatever happens, and no secret in it."""

import json
import logging
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.foundation.logs import JsonLines, TextLines
from tests.factories import make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.forms import hidden
from tests.fixtures.servers import ROOT, Demo, DemoClient, LiveServer, StartServer, bare_environment
from tests.races.visitor import Visitor

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
GIVEN = "7f3c9a10-proxy.1"
REDIRECT_URI = "http://127.0.0.1:3000/callback"
PASSWORD = "not-the-password-of-anybody"


def lines_of(log: Path) -> list[dict[str, Any]]:
    """Every line that the server or a command has written; each must be an object."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def written(message: str, *arguments: object, error: Exception | None = None) -> str:
    record = logging.LogRecord("portal.x", logging.ERROR, "x.py", 1, message, arguments, None)
    if error:
        record.exc_info = type(error), error, error.__traceback__
    return JsonLines().format(record)


def test_nothing_in_a_message_can_end_a_line() -> None:
    line = written("sent: %s", 'a\nb\r\x85\u2028"}\x00\udcff')
    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"] == 'sent: a\nb\r\x85\u2028"}\x00\udcff'


def test_a_line_says_when_how_bad_and_by_whom_and_holds_the_exception_in_one_field() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError as caught:
        line = json.loads(written("it failed", error=caught))
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "portal.x", "it failed")
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: first\nsecond")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_traceback_does_not_hold_the_address_that_a_constraint_refuses(app: Flask) -> None:
    ada = make_person(app)
    with pytest.raises(IntegrityError) as refusal:
        make_person(app, email=ada.email)
    assert ada.email in str(refusal.value), "the driver says it"
    record = logging.makeLogRecord({"exc_info": (IntegrityError, refusal.value, refusal.tb)})
    for formatter in (TextLines(), JsonLines()):
        line = formatter.format(record)
        assert "uq_users_email" in line
        assert ada.email not in line


@on_one_database
def test_a_line_of_a_request_names_it_and_its_endpoint(app: Flask) -> None:
    with app.test_request_context("/login?secret=x"):
        line = json.loads(written("hello"))
        assert line["endpoint"] == "accounts.log_in"
        assert len(line["request"]) == 16
    assert "request" not in json.loads(written("hello"))


def test_what_nobody_catches_is_a_line_too(tmp_path: Path) -> None:
    program = (
        "import threading, warnings; from portal.config import Settings; from portal.foundation import logs\n"
        "logs.init(Settings(log_format='json')); warnings.warn('old')\n"
        "thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()\n"
        "raise LookupError('at the end')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=bare_environment(), capture_output=True, text=True, check=False
    )
    (tmp_path / "log").write_text(done.stderr)
    lines = lines_of(tmp_path / "log")
    assert [line["logger"] for line in lines] == ["py.warnings", "portal.foundation.logs", "portal.foundation.logs"]
    assert "ZeroDivisionError" in lines[1]["exception"]
    assert "at the end" in lines[2]["exception"]


def id_of(app: Flask, sent: str) -> str:
    return app.test_client().get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"]


@on_one_database
def test_an_id_is_taken_from_nobody_but_a_trusted_proxy_and_only_if_it_is_harmless(make_app: MakeApp) -> None:
    assert id_of(make_app(), GIVEN) != GIVEN
    behind_proxy = make_app(trusted_proxies=1)
    assert id_of(behind_proxy, GIVEN) == GIVEN
    for harmful in ("short", "x" * 65, "with space 1", "cf_at_looks_like_one", "quote-\"-'", "ä" * 8, "a" * 8 + "\n"):
        try:
            assert id_of(behind_proxy, harmful) != harmful
        except ValueError:  # the client already refuses to send it
            assert "\n" in harmful


def test_a_long_id_fits_into_the_security_log(make_app: MakeApp) -> None:
    browser = make_app(trusted_proxies=1, rate_limits=True).test_client()
    headers = {"X-Request-Id": "0123456789abcdef" * 4}
    for _ in range(11):
        page = browser.get("/login")
        form = {"csrf_token": hidden(page.text, "csrf_token"), "email": "nobody@example.com", "password": PASSWORD}
        answer = browser.post("/login", data=form, headers=headers)
    assert answer.status_code == 429


def connect(server: LiveServer, visitor: Visitor, client: DemoClient) -> list[str]:
    """Everything that an app does, well and badly; gives every credential that it meets."""
    send = requests.Session()
    send.auth = (client.client_id, client.client_secret or "")

    def post(path: str, **form: str) -> dict[str, Any]:
        answer = send.post(f"{server.url}/api/oauth/{path}", data=form, timeout=10)
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    code = visitor.allow(client)
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri}
    first = post("token", **grant)
    second = post("token", grant_type="refresh_token", refresh_token=first["refresh_token"])
    post("token", grant_type="refresh_token", refresh_token=first["refresh_token"])
    post("introspect", token=second["access_token"])
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    for token in (bearer, {"Authorization": f"{bearer['Authorization']}x"}):
        requests.get(f"{server.url}/api/v1/profile", headers=token, timeout=10)
    send.get(f"{server.url}/api/oauth/token", params={"code": code}, timeout=10)
    send.post(f"{server.url}/api/oauth/token", json={"refresh_token": second["refresh_token"]}, timeout=10)
    post("token", grant_type="refresh_token", refresh_token=second["refresh_token"] + "x")
    post("token", **grant)
    post("revoke", token=second["refresh_token"])
    send.close()
    tokens = [issued[name] for issued in (first, second) for name in ("access_token", "refresh_token")]
    return [code, client.client_secret or "", *tokens]


@on_one_database
def test_no_secret_parameter_or_address_is_in_the_log_of_a_server_that_logs_everything(
    start_server: StartServer,
) -> None:
    server = start_server(
        log_level="DEBUG", log_format="json", access_log="on", trusted_proxies=1, metrics_token="m" * 32
    )
    demo: Demo = server.demo(REDIRECT_URI)
    visitor = Visitor(server, demo)
    secrets = [*connect(server, visitor, demo.confidential), demo.password, PASSWORD, "m" * 32]
    page = requests.get(f"{server.url}/login", timeout=10)
    form = {"csrf_token": hidden(page.text, "csrf_token"), "email": demo.email, "password": PASSWORD}
    headers = {"X-Request-Id": GIVEN, "X-Forwarded-For": "198.51.100.77", "User-Agent": "a canary of an agent"}
    url = f"{server.url}/login?next=/a-canary-of-a-parameter"
    requests.post(url, data=form, cookies=page.cookies, headers=headers, timeout=10)
    for path in ("healthz", "readyz", "metrics"):
        requests.get(f"{server.url}/{path}", headers={"Authorization": "Bearer " + "m" * 32}, timeout=10)
    visitor.close()

    logged, lines = server.log.read_text(), lines_of(server.log)
    for secret in [*secrets, demo.email, "198.51.100.77", "canary", *page.cookies.values(), form["csrf_token"]]:
        assert secret
        assert secret not in logged
    served = [line for line in lines if line["logger"] == "portal.access"]
    ours = [line for line in served if line["request"] == GIVEN]
    assert [(line["method"], line["endpoint"], line["status"]) for line in ours] == [("POST", "accounts.log_in", 422)]
    assert ours[0]["milliseconds"] > 0
    assert ours[0]["bytes"] > 1000
    assert {"oauth_endpoints.token", "oauth_endpoints.introspect", "api.read_profile"} <= {
        line["endpoint"] for line in served
    }
    assert not [line for line in served if line["endpoint"].startswith(("health.", "metrics."))]
    refused = [line for line in lines if line["logger"] == "portal.oauth.server" and "refused" in line["message"]]
    assert refused
    assert all(line["request"] for line in refused)
