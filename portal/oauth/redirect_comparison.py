"""A redirect URI that was sent beside one that is registered: in which part they differ, and where that part is."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.oauth.redirect_uris import difference

_PARTS = re.compile(
    r"(?P<scheme>[^:/?#]+(?=:)|):?"
    r"(?://(?P<authority>(?P<user>[^/?#]*@)?(?P<host>\[[^/?#\]]*\]|[^/?#:]*)(?P<port>[^/?#]*)))?"
    r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?",
    re.DOTALL,
)
"""RFC 3986 Appendix B, with the authority taken apart; it matches anything."""
_SEPARATORS = "/?&"


@dataclass(frozen=True)
class Side:
    """One URI in three pieces, of which each may be empty; together they are the URI, to the character."""

    before: str
    differing: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """How two redirect URIs differ first."""

    part: str
    """`scheme`, `user name`, `host`, `port`, `host or port` (unreadable), `path`, `slash`, `query` or `spelling`."""
    sentence: str
    sent: Side
    registered: Side


def compare(sent: str, registered: str) -> Comparison:
    """Compare two redirect URIs, of which the one that was sent may be anything."""
    part = _differing_part(sent, registered)
    pieces = _piece(sent, part), _piece(registered, part)
    if sent[slice(*pieces[0])] == registered[slice(*pieces[1])]:  # what urlsplit() overlooks, such as a line break
        pieces = (0, len(sent)), (0, len(registered))
    to_separators = part in {"path", "query"}
    if to_separators or part in {"slash", "spelling"}:
        pieces = _narrow(sent, registered, *pieces, to_separators=to_separators)
    return Comparison(part, difference(sent, registered), _cut(sent, *pieces[0]), _cut(registered, *pieces[1]))


def _differing_part(sent: str, registered: str) -> str:
    """The part that `difference` speaks of: its order is the same."""
    try:
        one, other = urlsplit(sent), urlsplit(registered)
        pairs = {
            "scheme": (one.scheme, other.scheme),
            "user name": ("@" in one.netloc, False),
            "host": (one.hostname, other.hostname),
            "port": (one.port, other.port),
            "slash": (one.path, other.path) if one.path.rstrip("/") == other.path.rstrip("/") else ("", ""),
            "path": (one.path, other.path),
            "query": (one.query, other.query),
        }
    except ValueError:
        return "host or port"
    return next((part for part, (its, others) in pairs.items() if its != others), "spelling")


def _piece(uri: str, part: str) -> tuple[int, int]:
    """From where to where in `uri` the part is; an empty one where it would be."""
    found = _PARTS.match(uri)
    if found is None or part == "spelling":
        return 0, len(uri)
    name = {"user name": "user", "host or port": "authority", "slash": "path"}.get(part, part)
    if found[name] is not None:
        return found.span(name)
    # What is missing would stand before the next part that is there.
    names = list(_PARTS.groupindex)
    start = next((found.start(later) for later in names[names.index(name) :] if found[later] is not None), found.end())
    return start, start


def _narrow(
    one: str, other: str, piece: tuple[int, int], others: tuple[int, int], *, to_separators: bool
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Leave out of both pieces what they begin and end with alike; whole segments and parameters only, if asked to."""
    its, theirs = one[slice(*piece)], other[slice(*others)]
    shortest = min(len(its), len(theirs))
    head = next((i for i in range(shortest) if its[i] != theirs[i]), shortest)
    if to_separators:
        head = max(its.rfind(separator, 0, head) for separator in _SEPARATORS) + 1
    shortest -= head
    tail = next((i for i in range(shortest) if its[-1 - i] != theirs[-1 - i]), shortest)
    if to_separators:
        ends = [at for separator in _SEPARATORS if (at := its.find(separator, len(its) - tail)) >= 0]
        tail = len(its) - min(ends, default=len(its))
    return (piece[0] + head, piece[1] - tail), (others[0] + head, others[1] - tail)


def _cut(uri: str, start: int, end: int) -> Side:
    return Side(uri[:start], uri[start:end], uri[end:])
