"""The guide's Markdown, complete: prose, code samples, and the facts that the server itself goes by.

Owns what a directive in the prose stands for. Knows no HTML.
"""

import re
from pathlib import Path

from portal.config import Settings
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.scopes import SCOPES

_HERE = Path(__file__).parent
_DIRECTIVE = re.compile(r"^<!-- (sample|table): (\S+) -->$", re.MULTILINE)
_PUBLISHED_AT = "https://contextfile.ai"  # what samples say, so that they also run as they stand

_ENDPOINT_PURPOSES = {
    "authorization": "Authorization endpoint (user consent)",
    "token": "Exchange code for tokens",
    "revocation": "Revoke a token",
    "introspection": "Inspect token validity",
}


def guide(name: str, issuer: str, settings: Settings) -> str:
    """One page of prose with everything in it filled in.

    Args:
        name: the file in `prose/`, without its ending.
        issuer: this server's own address; the samples then work against it.
        settings: for the token lifetimes.
    """
    text = (_HERE / "prose" / f"{name}.md").read_text("utf-8")
    text = _DIRECTIVE.sub(lambda found: _FILLED_BY[found[1]](found[2]), text)
    text = text.replace("{access_token_lifetime}", in_words(settings.access_token_seconds))
    text = text.replace("{refresh_token_lifetime}", in_words(settings.refresh_token_seconds))
    return text.replace(_PUBLISHED_AT, issuer)


def in_words(seconds: int) -> str:
    """A duration in the largest unit that says it exactly: 3600 is "1 hour"."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _sample(path: str) -> str:
    code = (_HERE / "samples" / path).read_text("utf-8")
    return f"```{path.partition('/')[0]}\n{code}```"


def _table(name: str) -> str:
    if name == "endpoints":
        head = "| Endpoint | Purpose |"
        rows = [(ENDPOINTS[key], purpose) for key, purpose in _ENDPOINT_PURPOSES.items()]
    else:
        head = "| Scope | What it allows |"
        rows = [(scope.name, scope.sentence) for scope in SCOPES.values()]
    return "\n".join([head, "| --- | --- |", *(f"| `{code}` | {words} |" for code, words in rows)])


_FILLED_BY = {"sample": _sample, "table": _table}
