"""A literal says what was written into it, in the language's own words: nothing in a text can end it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.foundation.languages import LANGUAGES
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
BETWEEN = "\x1e"
PROGRAMS = {
    "javascript": ("a.mjs", "process.stdout.write([{}].join('\\x1e'))"),
    "python": ("a.py", 'print({}, sep="\\x1e", end="")'),
    "ruby": ("a.rb", 'print [{}].join("\\x1e")'),
    "php": ("a.php", '<?php echo implode("\\x1e", [{}]);'),
    "go": (
        "a.go",
        'package main\nimport ("os"; "strings")\n'
        'func main() {{ os.Stdout.WriteString(strings.Join([]string{{{}}}, "\\x1e")) }}',
    ),
}
"""Programs that print texts with that character between them."""
COMMANDS = {"javascript": ["node"], "python": [sys.executable, "-X", "utf8"], "go": ["go", "run"]}


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


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_language_itself_reads_a_text_as_it_was(language: str, tmp_path: Path) -> None:
    command = COMMANDS.get(language, [language])
    if not shutil.which(command[0]):
        reason = f"{command[0]} is not installed, so {LANGUAGES[language].label} literals are not read here"
        missing(reason) if language == "javascript" else pytest.skip(reason)
    name, program = PROGRAMS[language]
    code = program.format(", ".join(map(LANGUAGES[language].literal, HOSTILE)))
    (tmp_path / name).write_text(code, "utf-8")
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": ""}
    done = subprocess.run([*command, name], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().split(BETWEEN) == HOSTILE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_stands_inside_a_literal_that_is_already_there(language: str) -> None:
    whole = LANGUAGES[language].literal("".join(HOSTILE))
    around = whole[0] + "before " + LANGUAGES[language].inside("".join(HOSTILE)) + " after" + whole[-1]
    assert around == LANGUAGES[language].literal("before " + "".join(HOSTILE) + " after")
