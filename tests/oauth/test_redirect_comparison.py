"""Two redirect URIs side by side: the part that differs is named, and marked to the character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.oauth.redirect_comparison import Side, compare
from portal.oauth.redirect_uris import difference
from tests.fixtures.examples import bounded

REGISTERED = "https://client.example/oauth/callback"

DIFFERENCES = [
    ("http://client.example/oauth/callback", REGISTERED, "scheme", "http", "https"),
    ("client.example/oauth/callback", REGISTERED, "scheme", "", "https"),
    ("https://client.example@evil.example/oauth/callback", REGISTERED, "user name", "client.example@", ""),
    ("https://cl1ent.example/oauth/callback", REGISTERED, "host", "cl1ent.example", "client.example"),
    ("http://localhost:3000/cb", "http://127.0.0.1:3000/cb", "host", "localhost", "127.0.0.1"),
    ("http://[::1]:3000/cb", "http://127.0.0.1:3000/cb", "host", "[::1]", "127.0.0.1"),
    ("https://client.example:8443/oauth/callback", REGISTERED, "port", ":8443", ""),
    ("http://localhost:3000/cb", "http://localhost:8080/cb", "port", ":3000", ":8080"),
    ("https://client.example/oauth/return", REGISTERED, "path", "return", "callback"),
    ("https://client.example/v2/oauth/callback", REGISTERED, "path", "v2/oauth", "oauth"),
    ("https://client.example/oauth/Callback", REGISTERED, "path", "Callback", "callback"),
    ("https://client.example/oauth/callback/", REGISTERED, "slash", "/", ""),
    ("https://client.example", "https://client.example/", "slash", "", "/"),
    ("https://client.example/oauth/callback?next=1", REGISTERED, "query", "?next=1", ""),
    ("https://a.example/?a=1&b=2", "https://a.example/?a=1&b=3", "query", "b=2", "b=3"),
    ("com.example.app:/back", "com.example.app:/callback", "path", "back", "callback"),
    ("https://client.example/oauth/callback#top", REGISTERED, "spelling", "#top", ""),
    ("https://client.example:port/oauth/callback", REGISTERED, "host or port", "client.example:port", "client.example"),
    ("//client.example/oauth/callback", REGISTERED, "scheme", "", "https"),
]


@pytest.mark.parametrize(("sent", "registered", "part", "marked", "beside"), DIFFERENCES)
def test_the_part_that_differs_is_named_and_marked(
    sent: str, registered: str, part: str, marked: str, beside: str
) -> None:
    comparison = compare(sent, registered)
    assert comparison.part == part
    assert (comparison.sent.differing, comparison.registered.differing) == (marked, beside)
    assert comparison.sentence == difference(sent, registered)
    assert part in comparison.sentence


_PIECES = ["http", "https", "://", ":", "//", "localhost", "127.0.0.1", "[::1]", "[", "a.example", "@", "/", "/cb"]
_PIECES += [
    "CB",
    ":80",
    ":99999",
    ":x",
    "?",
    "?a=1",
    "&b=2",
    "#",
    "\n",
    "\t",
    " ",
    "é",
    "\u202e",
    "%2e",
    "\0",
    "\ud800",
]
URIS = st.one_of(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join), st.text(max_size=40))


def whole(side: Side) -> str:
    return side.before + side.differing + side.after


@bounded(300)
@given(sent=URIS, registered=URIS)
def test_whatever_is_compared_stays_what_it_was_and_what_differs_is_marked(sent: str, registered: str) -> None:
    comparison = compare(sent, registered)
    assert whole(comparison.sent) == sent
    assert whole(comparison.registered) == registered
    if sent != registered and comparison.part not in {"user name", "host"}:  # whose letter case is no difference
        assert comparison.sent.differing != comparison.registered.differing
