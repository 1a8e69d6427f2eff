"""Requests as code that developers copy, in each documented language.

Secrets and tokens never stand in the code: it reads them from the environment. A language is a template in
`templates/developer/snippets/`, and here the two things that a template cannot know: how the language writes
a text, and how it reads a variable.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from portal.developer.playground_calls import Call, Value
from portal.foundation.highlighting import highlight


@dataclass(frozen=True)
class Language:
    """How a language is named, coloured, and writes what a request carries."""

    label: str
    lexer: str
    literal: Callable[[str], str]
    variable: Callable[[str], str]
    join: Callable[[str, str], str]
    """A text, as a literal, followed by a variable."""


@dataclass(frozen=True)
class Snippet:
    """One request in one language."""

    language: str
    label: str
    code: str
    html: Markup


def _escaping(quote: str, also: str = "") -> Callable[[str], str]:
    """Literals in which a backslash escapes: the quote, what else has a meaning, and control characters."""
    table = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)}
    table |= {ord(sign): name for sign, name in {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.items()}
    table |= {ord(sign): "\\" + sign for sign in "\\" + quote + also}

    def literal(text: str) -> str:
        return quote + text.translate(table) + quote

    return literal


def _in_shell(text: str) -> str:
    """Between single quotes everything stands for itself, but for the single quote (POSIX XCU §2.2.2)."""
    return "'" + text.replace("'", "'\\''") + "'"


def _plus(text: str, variable: str) -> str:
    return f"{text} + {variable}"


LANGUAGES: Mapping[str, Language] = {
    "curl": Language("curl", "bash", _in_shell, '"${}"'.format, "{}{}".format),
    "javascript": Language("JavaScript", "javascript", _escaping("'"), "process.env.{}".format, _plus),
    "typescript": Language("TypeScript", "typescript", _escaping("'"), "process.env.{}!".format, _plus),
    "python": Language("Python", "python", _escaping('"'), 'os.environ["{}"]'.format, _plus),
    "ruby": Language("Ruby", "ruby", _escaping('"', "#"), 'ENV.fetch("{}")'.format, _plus),
    "php": Language("PHP", "php", _escaping('"', "$"), 'getenv("{}")'.format, "{} . {}".format),
    "go": Language("Go", "go", _escaping('"'), 'os.Getenv("{}")'.format, _plus),
}
"""In the order of the tabs."""


def snippets_of(call: Call) -> list[Snippet]:
    """A request as code that sends it and prints the answer."""
    return [_snippet(name, "call", call) for name in LANGUAGES]


def authorization_snippets(call: Call) -> list[Snippet]:
    """An authorization request as code that builds its address, with a state and a PKCE challenge of its own.

    Args:
        call: the request; its `query` leaves those three out.
    """
    return [_snippet(name, "authorize", call) for name in LANGUAGES]


def _snippet(name: str, purpose: str, call: Call) -> Snippet:
    language = LANGUAGES[name]

    def write(value: Value, before: str = "") -> str:
        if isinstance(value, str):
            return language.literal(before + value)
        before += value.before
        variable = language.variable(value.name)
        return language.join(language.literal(before), variable) if before else variable

    template = current_app.jinja_env.get_template(f"developer/snippets/{purpose}/{name}.txt")
    code = template.render(call=call, write=write).strip() + "\n"
    return Snippet(name, language.label, code, highlight(code, language.lexer))
