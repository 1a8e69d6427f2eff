"""The errors that this server answers with, as Markdown: what you see, why, what to do.

`prose/errors/` holds them, a file for each place where one sees them. A test reads the server's source and holds that
every public text is there, to the character, and no other. What varies in a text is written as `…`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.oauth.client_events import CAUSES

_FOLDER = Path(__file__).parent / "prose" / "errors"
PARTS: Mapping[str, str] = {
    "page": "on the page",
    "documents": "on the page",
    "redirect": "in the redirect",
    "client": "at the OAuth endpoints",
    "token": "at the OAuth endpoints",
    "revoke": "at the OAuth endpoints",
    "any": "at the OAuth endpoints",
    "api": "at the API",
    "content": "at the API",
    "runs": "in a run",
    "registration": "at registration",
    "redirect-uris": "in the portal",
    "differences": "on the page",
}
"""Files of `prose/errors/`, and where one sees what is in them."""


@dataclass(frozen=True)
class Entry:
    """One error."""

    part: str
    title: str
    texts: Sequence[str]
    """What it says, to the character; more than one where they have one cause."""
    why: str
    """This and the next are Markdown; titles and texts are plain, without its marks."""
    do: str
    code: str = ""
    status: int | None = None
    """Of the HTTP answer; None where there is none of its own."""
    cures: Sequence[str] = ()
    """What stands below it on a page that a user sees."""
    cause: str = ""
    """Under which of CAUSES the app's owner finds it in Activity; empty if it is not there."""
    outside: bool = False
    """Whether the text is a library's, and so not in our source."""


@cache
def read_entries(part: str) -> Sequence[Entry]:
    """The errors of one of PARTS, in the order of the page."""
    with (_FOLDER / f"{part}.toml").open("rb") as file:
        return tuple(_entry(part, said) for said in tomllib.load(file)["error"])


def _entry(part: str, said: dict[str, Any]) -> Entry:
    texts, cures = (_listed(said.pop(name, [])) for name in ("text", "cure"))
    title = said.pop("title", "") or _first_sentence(texts[0])
    return Entry(part=part, title=title, texts=texts, cures=cures, **said)


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _first_sentence(text: str) -> str:
    return re.split(r"\.(?: |$)|[;:] ", text, maxsplit=1)[0]


def errors_markdown(part: str) -> str:
    """The errors of a part, each a section of its own; or, for `codes`, all error codes with where they are met.

    Args:
        part: one of PARTS, or `codes`.
    """
    if part == "codes":
        return _codes()
    return "\n\n".join(_section(entry) for entry in read_entries(part))


def _section(entry: Entry) -> str:
    lines = [f"### {entry.title}", "", f"- **You see:** {_seen(entry)}"]
    if entry.cures:
        lines.append(f"- **What the page says to do:** {_alternatives(entry.cures)}")
    lines += [f"- **Why:** {entry.why}", f"- **What to do:** {entry.do}"]
    if entry.cause:
        lines.append(f"- **In Activity:** {CAUSES[entry.cause]}")
    return "\n".join(lines)


def _seen(entry: Entry) -> str:
    status = f" with status {entry.status}" if entry.status else ""
    code = f"`{entry.code}`{status}" if entry.code else ""
    return ": ".join(filter(None, [code, _alternatives(entry.texts)]))


def _alternatives(texts: Sequence[str]) -> str:
    return " or ".join(f"`{text}`" for text in texts)


def _codes() -> str:
    places: dict[str, dict[str, None]] = {}
    for part, place in PARTS.items():
        for entry in read_entries(part):
            if entry.code:
                places.setdefault(entry.code, {})[place] = None
    sections = (f"### `{code}`\n\n{MEANINGS[code]} Seen {_series(list(at))}." for code, at in sorted(places.items()))
    return "\n\n".join(sections)


def _series(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


MEANINGS: Mapping[str, str] = {
    "access_denied": "The user said no, or the app is suspended.",
    "access_removed": "The app that started the run has no access any more.",
    "cancelled": "The run was cancelled.",
    "consent_required": "The user has to be asked, and `prompt=none` forbids it.",
    "context_too_large": "The text has too many bytes.",
    "generation_failed": "The model gave no answer.",
    "idempotency_key_reused": "The key came with another request before.",
    "idempotency_key_used": "What the key’s first request made is gone.",
    "insufficient_scope": "The access token is good and lacks the scope.",
    "invalid_client": "The app could not be authenticated.",
    "invalid_client_metadata": "Something in the app’s description is not good.",
    "invalid_cursor": "The cursor is none of this list’s.",
    "invalid_grant": "The code or refresh token is not good, or not any more.",
    "invalid_redirect_uri": "A redirect URI may not be registered.",
    "invalid_request": "The request is malformed.",
    "invalid_scope": "A scope does not exist or cannot be granted.",
    "invalid_target": "The resource does not exist or was not granted.",
    "invalid_token": "The bearer token is not good, or not any more.",
    "login_required": "Nobody is signed in, and `prompt=none` forbids asking.",
    "method_not_allowed": "The address does not take this method.",
    "not_active": "Its owner has turned it off.",
    "not_found": "There is nothing at this address, or nothing of this user’s.",
    "page_too_large": "The contents of one page are too much.",
    "precondition_failed": "It is not the version that was read.",
    "request_entity_too_large": "The body is too large.",
    "server_error": "A fault of ours.",
    "template_failed": "The skill’s template could not be filled in.",
    "temporarily_unavailable": "Try again after the seconds in `Retry-After`.",
    "too_many_contexts": "The user has as many as one may have.",
    "too_many_requests": "Slow down.",
    "too_many_runs": "As many runs as may be have not finished.",
    "too_many_tasks": "The user has as many as one may have.",
    "unauthorized": "No access token was sent.",
    "unsupported_grant_type": "The grant type is not served.",
    "unsupported_media_type": "The body is not sent as JSON.",
    "unsupported_response_type": "The response type is not served.",
    "worker_died": "Nobody could carry the run out.",
}
"""Each error code in a few words."""
