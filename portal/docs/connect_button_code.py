"""The code for a button: samples of `samples/connect_button/` with the choices filled in, each text in its language's
own writing. A secret is in none of them: the code reads it from the environment.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from portal.docs.authorization_url import authorization_url
from portal.docs.connect_button_choices import LABELS, USUAL, Choices
from portal.docs.connect_button_files import CLASS, ButtonFiles
from portal.foundation.highlighting import highlight

MARK = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15.5 7a6.5 6.5 0 1 0 0 10" fill="none" '
    'stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>'
    '<circle cx="18" cy="12" r="2.5" fill="currentColor"/></svg>'
)
STATE, CHALLENGE = "RANDOM_STATE", "YOUR_CODE_CHALLENGE"
"""What stands in the authorization URL where each request needs a value of its own."""


@dataclass(frozen=True)
class Sample:
    """A block of code to copy."""

    name: str
    title: str
    code: str
    html: Markup


def in_jsx(text: str) -> str:
    """An attribute's value. Quoted text has no escapes there, so what is special is an expression."""
    return f"{{{in_quotes(text)}}}" if re.search(r'["&{}<>\\]', text) else f'"{text}"'


def in_quotes(text: str) -> str:
    """A literal of JavaScript and of Python, also in a <script>, which the letters `</script` would end."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")


def in_single_quotes(text: str) -> str:
    """The same as the samples in JavaScript write it."""
    return "'" + in_quotes(text)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def in_html(text: str) -> str:
    """Text, and an attribute's value between double quotes."""
    return str(escape(text))


_samples = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "samples" / "connect_button"),
    autoescape=False,  # noqa: S701 -- each language escapes in its own way, by the filters below
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=False,
    undefined=StrictUndefined,
)
_samples.filters.update(jsx=in_jsx, quoted=in_quotes, single=in_single_quotes, html=in_html)


def button_samples(choices: Choices, issuer: str, element_url: str, files: ButtonFiles) -> list[Sample]:
    """The button's own code."""
    facts = _facts(choices, issuer, element_url, files)
    if choices.code == "url":
        return [_sample("url", "Authorization URL", "text", facts)]
    if choices.code == "html":
        css = files.rules_for(choices.classes) + "\n"
        return [
            _sample("html", "HTML", "html", facts),
            Sample("css", "CSS", css, highlight(css, "css")),
        ]
    title, lexer = ("React", "jsx") if choices.code == "react" else ("HTML", "html")
    return [_sample(choices.code, title, lexer, facts)]


def receiving_samples(choices: Choices, issuer: str, element_url: str, files: ButtonFiles) -> list[Sample]:
    """The code at the redirect URI; none if that is no web address."""
    if not choices.received_by_server:
        return []
    facts = _facts(choices, issuer, element_url, files)
    samples = []
    if choices.begun_by_browser:
        page, lexer = ("callback.jsx", "jsx") if choices.code == "react" else ("callback.html", "html")
        samples.append(_sample(f"{choices.code}_callback", f"The page at your redirect URI: {page}", lexer, facts))
    name, lexer = ("server.mjs", "javascript") if choices.server == "express" else ("server.py", "python")
    samples.append(_sample(choices.server, f"Your server: {name}", lexer, facts))
    return samples


def _sample(name: str, title: str, lexer: str, facts: dict[str, object]) -> Sample:
    code = _samples.get_template(f"{name}.txt").render(facts).strip() + "\n"
    return Sample(name.replace("_", "-"), title, code, highlight(code, lexer))


def _facts(choices: Choices, issuer: str, element_url: str, files: ButtonFiles) -> dict[str, object]:
    """What the samples may say."""
    looks = {name: getattr(choices, name) for name in ("variant", "size", "shape", "theme", "width")}
    looks = {name: value for name, value in looks.items() if value != USUAL[name]}
    if choices.label != LABELS[0]:
        looks["label"] = choices.label
    redirect = urlsplit(choices.redirect_uri)
    return {
        "choices": choices,
        "issuer": issuer,
        "scope": " ".join(choices.scopes),
        "looks": looks,
        "class_name": " ".join([CLASS, *(f"{CLASS}--{modifier}" for modifier in choices.classes)]),
        "mark": MARK,
        "element_url": element_url,
        "integrity": files.integrity,
        "secure": redirect.scheme == "https",
        "port": redirect.port or 3000,
        "route": re.sub(r"([:*?+!()\[\]{}])", r"\\\1", redirect.path or "/"),  # these mean something to Express
        "decoded_route": unquote(redirect.path or "/"),
        "url": authorization_url(
            client_id=choices.app.client_id,
            redirect_uri=choices.redirect_uri,
            scope=choices.scopes,
            state=STATE,
            code_challenge=CHALLENGE if choices.pkce else "",
            base_url=issuer,
        ),
    }
