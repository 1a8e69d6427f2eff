"""Requests as code that developers copy, in each documented language.

Secrets and tokens never stand in the code: it reads them from the environment. Each language has a template in
`templates/developer/snippets/`; what a template cannot know, how the language writes a text and reads a variable,
is in `portal.foundation.languages`.
"""

from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from portal.developer.playground_calls import Call, Value
from portal.foundation.highlighting import highlight
from portal.foundation.languages import LANGUAGES


@dataclass(frozen=True)
class Snippet:
    """One request in one language."""

    language: str
    label: str
    code: str
    html: Markup


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
