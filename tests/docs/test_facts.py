"""Numbers and names that prose says in words are the server's own."""

from pathlib import Path

import pytest

from portal.api.executions import SKILL_WAIT
from portal.content import chat_completions, once, rendering
from portal.developer.secret_form import STOPS
from portal.foundation.credentials import mint_for_row
from portal.foundation.database import LOCK_SECONDS, SPARE_CONNECTIONS
from portal.oauth import authorization
from portal.oauth.authorization import ANSWER_WITHIN_SECONDS
from portal.oauth.client_documents import KEPT_SECONDS
from portal.oauth.client_kinds import KINDS, Kind
from portal.oauth.client_secrets import MOST_LIVE
from portal.oauth.clients import CLIENT_ID_PREFIX, SECRET_PREFIX
from portal.oauth.presented import PREFIXES
from portal.oauth.record_writing import COUNT_DAYS, FAILURE_DAYS
from portal.oauth.registration import TOKEN_PREFIX

PROSE = Path(__file__).parents[2] / "portal" / "docs" / "prose"


def said(name: str) -> str:
    """What a file of prose says, in one line."""
    return " ".join((PROSE / name).read_text("utf-8").split())


@pytest.mark.parametrize("prefix", [*PREFIXES.values(), CLIENT_ID_PREFIX, SECRET_PREFIX, TOKEN_PREFIX])
def test_every_prefix_is_explained(prefix: str) -> None:
    assert f"| `{prefix}` |" in said("tokens.md")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_of_app_has_its_proof(kind: Kind) -> None:
    assert f"| {kind.label} | {kind.type.capitalize()}: " in said("pkce-and-state.md")


@pytest.mark.parametrize(
    ("name", "words", "holds"),
    [
        ("tokens.md", "codes and tokens have 66 characters today", len(mint_for_row("cf_at_", 1)) == 66),
        ("errors/token.toml", "Tokens have 66 characters today", len(mint_for_row("cf_rt_", 1)) == 66),
        ("errors/page.toml", "waits ten minutes for its answer", ANSWER_WITHIN_SECONDS == 600),
        ("errors/page.toml", "show the same request again, for an hour", authorization.KEPT_SECONDS == 3600),
        ("errors/documents.toml", "for five minutes to a day", KEPT_SECONDS[::2] == (300, 86400)),
        ("standards.md", "keeping it for five minutes to a day", KEPT_SECONDS[::2] == (300, 86400)),
        ("rest-api.md", "has not finished after 20 seconds is answered with 202", SKILL_WAIT == 20),
        ("rest-api.md", "A key is known for 24 hours.", once.KEPT_SECONDS == 24 * 3600),
        (
            "settings.md",
            "with 2 seconds of processor time and 256 MB",
            (rendering.SECONDS, rendering.MOST_MEGABYTES) == (2, 256),
        ),
        ("settings.md", "Attempts that fail are repeated twice", chat_completions.MOST_ATTEMPTS == 3),
        ("deployment.md", "up to 8 more for what runs beside them", SPARE_CONNECTIONS == 8),
        ("deployment.md", "waits 10 seconds for another’s lock", LOCK_SECONDS == 10),
        ("deployment.md", "failed calls, counts by day | after 30 and 90 days", (FAILURE_DAYS, COUNT_DAYS) == (30, 90)),
        ("security.md", "Two secrets can be live at once", MOST_LIVE == 2),
        (
            "security.md",
            "Say when the old one stops: now, in 1 hour, in 24 hours or in 7 days.",
            list(STOPS.values()) == ["Now", "In 1 hour", "In 24 hours", "In 7 days"],
        ),
    ],
)
def test_what_prose_says_holds(name: str, words: str, holds: bool) -> None:
    assert words in said(name), "the words have changed: see whether what they say still has a test"
    assert holds, f"{name} says otherwise: {words}"
