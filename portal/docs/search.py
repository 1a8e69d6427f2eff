"""Search through the documentation: an index of every section, made once, in SQLite's own full-text search.

Not compressed, unlike the pages: what it answers repeats what was asked for.
"""

import re
import sqlite3
import threading
from dataclasses import asdict, dataclass

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request

from portal.docs.contents import PAGES
from portal.docs.library import read_document
from portal.oauth.errors import without_credentials

blueprint = Blueprint("search", __name__)
MOST_CHARACTERS = 200
MOST_WORDS = 12
MOST_FOUND = 20
ENOUGH = 3
"""Sections with every word; with fewer, those with some of the words follow."""
_WORDS_AROUND = 24
_WEIGHTS = {"settings": 0.5, "compliance": 0.3, "changelog": 0.5}
"""Pages that hold most words and answer few questions."""
_ENDS = "\x02", "\x03"
"""Around what matched, in an excerpt."""


@dataclass(frozen=True)
class Found:
    """A section that answers."""

    path: str
    page: str
    title: str
    excerpt: list[tuple[str, bool]]
    """Pieces of its text, each with whether it matched."""


class Index:
    """All sections. One connection for all threads: even a search that was made to be slow takes milliseconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            "CREATE VIRTUAL TABLE section USING fts5("
            "path UNINDEXED, named UNINDEXED, pasted UNINDEXED, page, title, text, "
            "tokenize = \"porter unicode61 remove_diacritics 2 tokenchars '_'\", prefix = '2 3')"
        )
        for page in PAGES.values():
            for section in read_document(page).sections:
                begins, weight = section.level == 1, _WEIGHTS.get(page.name, 1)
                path = page.path if begins else f"{page.path}#{section.slug}"
                # Who names a page wants its beginning; who pastes a sentence wants where it stands.
                row = (path, 2 if begins else weight, weight, page.title, section.title, section.text)
                self._database.execute("INSERT INTO section VALUES (?, ?, ?, ?, ?, ?)", row)

    def search(self, query: str) -> list[Found]:
        """The sections that answer best: with every word; then with a last word still being typed; then with some.

        What people paste holds values of their own, which no page can have, so not every word need be there. What a
        word costs is the number of words that begin like it, so only the last stands for others.
        """
        words = re.findall(r"\w+(?:[:.-]+\w+)*", query[:MOST_CHARACTERS].casefold())
        words = list(dict.fromkeys(words))[:MOST_WORDS]
        if not words:
            return []
        quoted = [f'"{word}"' for word in words]  # a quoted word has no meaning of its own for FTS5
        typed = [*quoted[:-1], quoted[-1] + "*" * (len(words[-1]) > 1)]
        found: dict[str, Found] = {}
        for sought in (" ".join(quoted), " ".join(typed), " OR ".join(typed)):
            for one in self._match(sought, pasted=" OR " in sought):
                found.setdefault(one.path, one)
            if len(found) >= ENOUGH:
                break
        return list(found.values())[:MOST_FOUND]

    def _match(self, sought: str, *, pasted: bool) -> list[Found]:
        with self._lock:
            rows = self._database.execute(
                "SELECT path, page, title, snippet(section, 5, ?, ?, ' … ', ?) FROM section WHERE section MATCH ? "
                "ORDER BY bm25(section, 0, 0, 0, 4, 8, 1) * CASE WHEN ? THEN pasted ELSE named END LIMIT ?",
                (*_ENDS, _WORDS_AROUND, sought, pasted, MOST_FOUND),
            ).fetchall()
        return [Found(path, page, title, _pieces(text)) for path, page, title, text in rows]


def _pieces(text: str) -> list[tuple[str, bool]]:
    pieces = re.split(f"{_ENDS[0]}(.*?){_ENDS[1]}", text)
    return [(piece, bool(at % 2)) for at, piece in enumerate(pieces) if piece]


def init_app(app: Flask) -> None:
    """Register the routes; the index is made at the first search."""
    made: list[Index] = []
    lock = threading.Lock()

    def index() -> Index:
        with lock:
            if not made:
                made.append(Index())
        return made[0]

    app.extensions["docs_index"] = index
    app.register_blueprint(blueprint)


@blueprint.get("/docs/search")
def search() -> str:
    """The results as a page, which needs no JavaScript."""
    query = _query()
    return render_template("docs/search.html", query=query, found=_search(query), most=MOST_FOUND)


@blueprint.get("/docs/search.json")
def search_as_json() -> Response:
    """The results for the script that shows them while somebody types."""
    return jsonify([asdict(found) for found in _search(_query())])


def _query() -> str:
    """What is sought. People paste what they see: a secret or token among it is repeated nowhere."""
    return without_credentials(request.args.get("q", ""))[:MOST_CHARACTERS].strip()


def _search(query: str) -> list[Found]:
    index: Index = current_app.extensions["docs_index"]()
    return index.search(query)
