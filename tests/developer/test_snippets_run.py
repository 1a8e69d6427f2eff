"""The snippets do what they show: run against a real server, they get what the playground gets."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.developer.playground_calls import Call, Variable, secret_variable, token_variable
from portal.developer.snippets import authorization_snippets, snippets_of
from tests.fixtures.applications import build
from tests.fixtures.databases import missing
from tests.fixtures.loopback import parameters
from tests.fixtures.servers import Demo, LiveServer
from tests.fixtures.typescript import compile_typescript, node
from tests.races.visitor import Visitor

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the code is the same for both


@dataclass
class Runner:
    """Runs snippets of one language."""

    language: str
    command: list[str]
    app: Flask
    folder: Path

    def run(self, code: str, **environment: str) -> str:
        """Run code with these variables; gives what it prints."""
        if self.language == "typescript":
            (self.folder / "snippet.ts").write_text(code)
            compile_typescript(self.folder)
            code = (self.folder / "snippet.js").read_text()
        variables = {"PATH": os.environ["PATH"], **environment}
        done = subprocess.run(
            self.command, input=code, env=variables, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, f"{code}\n{done.stderr}"
        return done.stdout.strip()

    def send(self, call: Call, **environment: str) -> Any:
        """Run a request's snippet; gives the JSON of the answer."""
        with self.app.test_request_context():
            (code,) = [snippet.code for snippet in snippets_of(call) if snippet.language == self.language]
        printed = self.run(code, **environment)
        return json.loads(printed if self.language == "curl" else printed.partition(" ")[2])


def command_of(language: str) -> list[str]:
    """How a language's code is run from its standard input."""
    if language == "python":
        return [sys.executable, "-"]
    if language == "curl":
        if not shutil.which("curl"):
            missing("curl is missing; install it, so that its snippets can be run")
        return ["sh", "-s"]
    return [node(), "--input-type=module", "-"]


@pytest.fixture(params=["curl", "javascript", "typescript", "python"])
def runner(request: pytest.FixtureRequest, live_server: LiveServer, tmp_path: Path) -> Runner:
    app = build(database_url="sqlite:///:memory:", public_url=live_server.url)
    return Runner(request.param, command_of(request.param), app, tmp_path)


@pytest.fixture
def owner(live_server: LiveServer, demo: Demo) -> Iterator[Visitor]:
    visitor = Visitor(live_server, demo)
    yield visitor
    visitor.close()


def test_they_go_the_whole_way(runner: Runner, owner: Visitor, demo: Demo) -> None:
    app = demo.confidential
    identity = (("client_id", app.client_id), ("client_secret", secret_variable("")))
    known = {"CONTEXTFILE_CLIENT_SECRET": str(app.client_secret)}

    def post(endpoint: str, *form: tuple[str, str | Variable], **environment: str) -> Any:
        return runner.send(Call("POST", f"/api/oauth/{endpoint}", form=(*form, *identity)), **known, **environment)

    exchanged = post(
        "token",
        ("grant_type", "authorization_code"),
        ("code", Variable("CONTEXTFILE_CODE")),
        ("redirect_uri", app.redirect_uri),
        CONTEXTFILE_CODE=owner.allow(app, "profile:read contexts:read contexts:write"),
    )
    tokens = {f"CONTEXTFILE_{name.upper()}": exchanged[name] for name in ("access_token", "refresh_token")}
    bearer = ("Authorization", token_variable("access_token", "", before="Bearer "))
    profile = runner.send(Call("GET", "/api/v1/profile", headers=(bearer,)), **tokens)
    assert profile["data"]["email"] == demo.email
    name = 'It\'s "$5" in C:\\temp — Grüße'
    created = runner.send(
        Call("POST", "/api/v1/contexts", headers=(bearer,), json=(("name", name), ("content", "two\nlines"))), **tokens
    )
    assert (created["data"]["name"], created["data"]["content"]) == (name, "two\nlines")

    token = ("token", token_variable("access_token", ""))
    assert post("introspect", token, **tokens)["active"] is True
    refresh = ("refresh_token", token_variable("refresh_token", ""))
    refreshed = post("token", ("grant_type", "refresh_token"), refresh, **tokens)
    assert refreshed["refresh_token"] != exchanged["refresh_token"]
    tokens["CONTEXTFILE_ACCESS_TOKEN"] = refreshed["access_token"]
    assert post("revoke", token, **tokens) == {}
    assert post("introspect", token, **tokens) == {"active": False}


def test_they_build_an_address_that_the_server_takes(runner: Runner, demo: Demo) -> None:
    query = (
        ("response_type", "code"),
        ("client_id", demo.public.client_id),
        ("redirect_uri", demo.public.redirect_uri),
        ("scope", "profile:read contexts:read"),
    )
    with runner.app.test_request_context():
        snippets = authorization_snippets(Call("GET", "/oauth/authorize", query=query))
        issuer = runner.app.config["SETTINGS"].issuer
    (code,) = [snippet.code for snippet in snippets if snippet.language == runner.language]
    show = {"curl": '\necho "$CODE_VERIFIER"', "python": "\nprint(code_verifier)"}.get(
        runner.language, "\nconsole.log(codeVerifier)"
    )
    url, verifier = runner.run(code + show).split("\n")
    assert url.startswith(f"{issuer}/oauth/authorize?")
    sent = parameters(url)
    assert dict(query).items() <= sent.items()
    assert len(sent["state"]) >= 22
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (sent["code_challenge"], sent["code_challenge_method"]) == (challenge, "S256")
