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
MOST_FOUND = 20
_WORDS_AROUND = 24
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
    """All sections. One connection for all threads, since a search takes less than a millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            "CREATE VIRTUAL TABLE section USING fts5(path UNINDEXED, weight UNINDEXED, page, title, text, "
            "tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')"
        )
        for page in PAGES.values():
            for section in read_document(page).sections:
                begins = section.level == 1  # who names a page wants its beginning
                path = page.path if begins else f"{page.path}#{section.slug}"
                row = (path, 2 if begins else 1, page.title, section.title, section.text)
                self._database.execute("INSERT INTO section VALUES (?, ?, ?, ?, ?)", row)

    def search(self, query: str) -> list[Found]:
        """The sections that have every word of the query, or a word that begins like it; the best first."""
        words = re.findall(r"\w+(?:[:._-]+\w+)*", query[:MOST_CHARACTERS])
        if not words:
            return []
        sought = " ".join(f'"{word}"*' for word in words)  # a quoted word has no meaning of its own for FTS5
        with self._lock:
            rows = self._database.execute(
                "SELECT path, page, title, snippet(section, 4, ?, ?, ' … ', ?) FROM section WHERE section MATCH ? "
                "ORDER BY bm25(section, 0, 0, 4, 8, 1) * weight LIMIT ?",
                (*_ENDS, _WORDS_AROUND, sought, MOST_FOUND),
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
