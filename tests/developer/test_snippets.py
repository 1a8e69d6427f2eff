"""What a request looks like in each language: nothing that a value holds can end the text that it stands in."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.developer.playground_calls import Call, Variable, secret_variable, token_variable
from portal.developer.snippets import LANGUAGES, authorization_snippets, snippets_of
from tests.fixtures.applications import build
from tests.fixtures.databases import missing

HOSTILE = [
    "it's",
    'say "hi"',
    "a\\b\\",
    "$HOME ${HOME} $(id) `id` #{1} #$0 %s",
    "two\nlines\r\n\tand a tab",
    "\x00\x01\x1f\x7f",
    "Grüße, 世界 🎈 \u2028",
    "\\' \\\" '\\''",
]
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


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "curl"])
def test_a_text_reads_back_as_it_was(language: str, text: str) -> None:
    literal = LANGUAGES[language].literal(text)
    quote, inner = literal[0], literal[1:-1]
    assert literal[-1] == quote
    read, at = "", 0
    named = {"n": "\n", "r": "\r", "t": "\t"}
    for escape in re.finditer(r"\\(x[0-9a-f]{2}|[^x])", inner):
        plain, sign = inner[at : escape.start()], escape[1]
        assert not set(plain) & set(f"{quote}\n\r\0\\" + {"php": "$", "ruby": "#"}.get(language, ""))
        read += plain + (chr(int(sign[1:], 16)) if len(sign) == 3 else named.get(sign, sign))
        at = escape.end()
    assert read + inner[at:] == text
    assert not set(inner[at:]) & {quote, "\\", "\n"}


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\0" not in text])
def test_the_shell_reads_a_text_as_it_was(text: str) -> None:
    done = subprocess.run(["sh", "-c", f"printf %s {LANGUAGES['curl'].literal(text)}"], capture_output=True, check=True)
    assert done.stdout.decode() == text


@pytest.mark.parametrize("text", HOSTILE)
def test_node_and_python_read_a_text_as_it_was(text: str) -> None:
    assert eval(LANGUAGES["python"].literal(text)) == text  # noqa: S307  # our own literal
    if not shutil.which("node"):
        missing("Node is missing; install Node 20 or newer")
    script = f"process.stdout.write({LANGUAGES['javascript'].literal(text)})"
    done = subprocess.run(["node"], input=script.encode(), capture_output=True, check=True)
    assert done.stdout.decode() == text


@pytest.mark.parametrize("language", PARSERS)
def test_the_languages_own_parser_takes_every_snippet(application: Flask, tmp_path: Path, language: str) -> None:
    *command, name = PARSERS[language]
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed, so {LANGUAGES[language].label} snippets are not parsed here")
    for call in CALLS.values():
        (tmp_path / name).write_text(code_of(call)[language])
        done = subprocess.run([*command, name], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


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
