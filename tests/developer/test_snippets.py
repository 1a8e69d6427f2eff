"""What a request looks like in each language: code that its own tools take, and that holds no secret."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.developer.playground_calls import Call, Variable, secret_variable, token_variable
from portal.developer.snippets import authorization_snippets, snippets_of
from portal.foundation.languages import LANGUAGES
from tests.fixtures.applications import build
from tests.fixtures.grammars import faults
from tests.fixtures.typescript import compile_typescript

BEARER = (("Authorization", token_variable("access_token", "cf_at_x", before="Bearer ")),)
CALLS = {
    "a form": Call("POST", "/api/oauth/token", form=(("code", Variable("CONTEXTFILE_CODE")), ("a", "it's $HOME"))),
    "JSON": Call("POST", "/api/v1/contexts", headers=BEARER, json=(("name", 'say "hi"\n#{1}'),)),
    "no body": Call("GET", "/api/v1/profile", headers=BEARER),
    "another method": Call("DELETE", "/api/v1/contexts/1", headers=BEARER),
    "an authorization": Call("GET", "/oauth/authorize", query=(("response_type", "code"), ("scope", "a:b c:d"))),
}
PARSERS = {
    "ruby": ("ruby", "-c", "request.rb"),
    "php": ("php", "-l", "request.php"),
    "go": ("gofmt", "-e", "request.go"),
    "python": ("python3", "-m", "py_compile", "request.py"),
    "javascript": ("node", "--check", "request.mjs"),
    "curl": ("sh", "-n", "request.sh"),
}


@pytest.fixture(scope="module")
def application() -> Iterator[Flask]:
    app = build(database_url="sqlite:///:memory:")
    with app.test_request_context():
        yield app


def code_of(call: Call) -> dict[str, str]:
    snippets = authorization_snippets(call) if call.query else snippets_of(call)
    return {snippet.language: snippet.code for snippet in snippets}


@pytest.mark.parametrize("language", PARSERS)
def test_the_languages_own_parser_takes_every_snippet(application: Flask, tmp_path: Path, language: str) -> None:
    *command, name = PARSERS[language]
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed, so it has not read the {LANGUAGES[language].label} snippets")
    for call in CALLS.values():
        (tmp_path / name).write_text(code_of(call)[language])
        done = subprocess.run([*command, name], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", ["ruby", "php", "go"])
def test_a_grammar_takes_what_no_installed_tool_may_have_read(application: Flask, language: str) -> None:
    for call in CALLS.values():
        assert faults(code_of(call)[language], LANGUAGES[language].extension) == []


def test_the_strictest_checks_of_typescript_take_every_snippet(application: Flask, tmp_path: Path) -> None:
    for number, call in enumerate(CALLS.values()):
        (tmp_path / f"request-{number}.ts").write_text(code_of(call)["typescript"])
    compile_typescript(tmp_path)
    assert len(list(tmp_path.glob("*.js"))) == len(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_there_is_code_in_every_language_with_the_address_in_it(application: Flask, name: str) -> None:
    call = CALLS[name]
    codes = code_of(call)
    assert list(codes) == ["curl", "javascript", "typescript", "python", "ruby", "php", "go"]
    for code in codes.values():
        assert call.endpoint in code
        assert "{{" not in code
        assert "{%" not in code


def test_secrets_and_tokens_come_from_the_environment(application: Flask) -> None:
    call = Call(
        "POST",
        "/api/oauth/introspect",
        form=(
            ("token", token_variable("access_token", "cf_at_planted")),
            ("client_secret", secret_variable("planted")),
        ),
    )
    for snippet in snippets_of(call):
        assert "planted" not in snippet.code + snippet.html
        for variable in ("CONTEXTFILE_ACCESS_TOKEN", "CONTEXTFILE_CLIENT_SECRET"):
            assert variable in snippet.code


def test_code_is_coloured_and_inert(application: Flask) -> None:
    call = Call("POST", "/api/v1/contexts", json=(("name", "<script>alert(1)</script>"),))
    for snippet in snippets_of(call):
        assert "<script>" in snippet.code
        assert "<script>" not in snippet.html
        assert "<span class=" in snippet.html
