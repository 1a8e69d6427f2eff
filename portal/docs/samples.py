"""Code as Markdown: the files of `samples/` and `quickstarts/`, with a reader's own values where placeholders stand.

A value is escaped for the literal that it stands in, so that no redirect URI can end it.
"""

import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

from portal.docs.reader import PLACEHOLDERS, Values
from portal.foundation.languages import LANGUAGES

_HERE = Path(__file__).parent
_EXTENSIONS = {language.extension: name for name, language in LANGUAGES.items()} | {
    "env": "curl",
    "mjs": "javascript",
}
_IN_LITERALS = ("client_id", "redirect_uri", "loopback_uri", "scope", "issuer")
_IN_A_QUERY = "YOUR_CALLBACK_URL"
"""The redirect URI, where it stands percent-encoded in a URL."""


def in_languages(step: str, values: Values) -> str:
    """One step in every language, as code blocks that follow one another."""
    return "\n".join(_block(f"samples/{name}/{step}.{LANGUAGES[name].extension}", name, values) for name in LANGUAGES)


def in_one(path: str, values: Values) -> str:
    """One sample, in the language that its folder is named after."""
    return _block(f"samples/{path}", path.partition("/")[0], values)


def file_of_quickstart(path: str, values: Values) -> str:
    """One file of a quickstart under its name: `server.env` as the `.env` that it becomes, a script as what to type."""
    name = path.partition("/")[2]
    extension = name.rpartition(".")[2]
    title = {"env": ".env", "sh": "Terminal"}.get(extension, name)
    return _block(f"quickstarts/{path}", _EXTENSIONS.get(extension, extension), values, title)


def fill(code: str, language: str, values: Values) -> str:
    """Put values in the place of the placeholders, each as it has to stand inside this language's literals.

    Args:
        language: one of LANGUAGES or of Pygments' names.
    """
    write = _writer(language)
    filled = {getattr(PLACEHOLDERS, name): write(getattr(values, name)) for name in _IN_LITERALS}
    filled[PLACEHOLDERS.scope.replace(" ", "+")] = values.scope.replace(" ", "+")
    if values.own:
        filled[_IN_A_QUERY] = quote(values.redirect_uri, safe="")
    # At once, so that nothing is looked for in what was just filled in.
    return re.sub("|".join(map(re.escape, filled)), lambda found: filled[found[0]], code)


def _writer(language: str) -> Callable[[str], str]:
    if language in LANGUAGES:
        return LANGUAGES[language].inside
    return escape if language in {"html", "jsx"} else str


def _block(path: str, language: str, values: Values, title: str = "") -> str:
    code = fill((_HERE / path).read_text("utf-8"), language, values)
    return f"```{language} {title}".rstrip() + f"\n{code}```"
