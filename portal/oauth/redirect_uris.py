"""Redirect URIs: what may be registered, what matches, and how two of them differ, in words."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, unquote, urlsplit

from portal.config import is_loopback

MOST_CHARACTERS = 2000
RESPONSE_PARAMETERS = {"code", "state", "iss", "error", "error_description", "error_uri"}
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::([0-9]{1,5}))?((?:[/?].*)?)")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*)(:[0-9]{1,5})?")


def fault_of(uri: str) -> str | None:
    """Why `uri` may not be registered, as a sentence that names the cure; None if it may.

    OAuth 2.1 §2.3.1, RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1.
    """
    for rule in (_fault_of_text, _fault_of_scheme, _fault_of_authority, _fault_of_path, _fault_of_query):
        if fault := rule(uri):
            return fault
    return None


def _fault_of_text(uri: str) -> str | None:
    if len(uri) > MOST_CHARACTERS:
        return f"This is {len(uri)} characters long; {MOST_CHARACTERS} are the most."
    if not uri.isascii() or not uri.isprintable() or any(character in uri for character in ' \\"<>^`{|}'):
        return (
            "Percent-encode spaces, quotes and characters outside ASCII; write international hosts in punycode (xn--…)."
        )
    if "*" in uri:
        return "Wildcards (*) are not possible: register each redirect URI in full."
    if "#" in uri:
        return "Leave out the fragment (# and what follows it)."
    try:
        _ = urlsplit(uri).port
    except ValueError:
        return "The host or the port cannot be read; write it like https://yourapp.com/callback."
    return None


def _fault_of_scheme(uri: str) -> str | None:
    parts = urlsplit(uri)
    private_use = parts.scheme not in {"http", "https"}
    if not parts.scheme or (private_use and parts.path[:1].isdigit()):  # a host and port: localhost:3000/callback
        return "Begin with a scheme, like https://yourapp.com/callback."
    if not uri.startswith(parts.scheme + ":"):
        return "Write the scheme in lower case."
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return "Use https:// (http:// is only for localhost, 127.0.0.1 and [::1])."
    if private_use and "." not in parts.scheme:
        return (
            f"A private-use scheme needs a domain name that you control, reversed: com.example.app, not {parts.scheme}."
        )
    if private_use and not parts.path.startswith("/") and not parts.netloc:
        return f"Put a slash after the scheme: {parts.scheme}:/callback (RFC 8252 §7.1)."
    return None


def _fault_of_authority(uri: str) -> str | None:
    parts = urlsplit(uri)
    if "@" in parts.netloc:
        return "Leave out the user name and password before the host (the part up to @)."
    if parts.scheme not in {"http", "https"}:
        return None
    if not parts.hostname:
        return f"Name the host: {parts.scheme}://yourapp.com/callback."
    if parts.netloc != parts.netloc.lower():
        return f"Write the host in lower case: {parts.netloc.lower()}."
    if not _HOST.fullmatch(parts.netloc):
        return f"{parts.netloc} is not a host name with an optional port."
    return None


def _fault_of_path(uri: str) -> str | None:
    if any(segment in {".", ".."} for segment in unquote(urlsplit(uri).path).split("/")):
        return "Leave out the path segments . and .. and their encoded forms."
    return None


def _fault_of_query(uri: str) -> str | None:
    names = {name for name, _ in parse_qsl(urlsplit(uri).query, keep_blank_values=True)}
    if taken := sorted(names & RESPONSE_PARAMETERS):
        return f"Leave out the query parameter {taken[0]}: the answer adds it (RFC 6749 §4.1.2)."
    return None


def matches(sent: str, registered: str) -> bool:
    """Whether a request's redirect URI is the registered one: to the character (RFC 9700 §2.1).

    On the loopback addresses 127.0.0.1 and [::1] any port will do (RFC 8252 §7.3).
    """
    if sent == registered:
        return True
    one, other = _LOOPBACK.fullmatch(sent), _LOOPBACK.fullmatch(registered)
    if one is None or other is None or int(one[2] or 0) > 65535:
        return False
    return (one[1], one[3]) == (other[1], other[3])


def fault_among(uri: str, others: Collection[str]) -> str | None:
    """Why `uri` may not stand beside `others`, as a sentence that names the other one; None if it may.

    Refused is only what could never make a difference: the same URI, and on a loopback address the same one with
    another port (RFC 8252 §7.3). A variant in case or by a slash is another URI, which a library may well send:
    `variant_among` finds it, so that people can be told.
    """
    if uri in others:
        return f"{uri} is already in the list. Once is enough: leave this one out."
    if other := next((other for other in others if matches(uri, other)), None):
        return f"{other} covers this already: on a loopback address any port matches. Leave this one out."
    return None


def variant_among(uri: str, others: Collection[str]) -> str | None:
    """Which of `others` is the same but for the case of letters or a slash at the end of the path, if one is."""
    return next((other for other in others if other != uri and _folded(other) == _folded(uri)), None)


def _folded(uri: str) -> str:
    return urlsplit(uri)._replace(path=urlsplit(uri).path.rstrip("/")).geturl().lower()


def closest(sent: str, registered: tuple[str, ...]) -> str | None:
    """The registered URI that shares the longest beginning with the sent one, to compare it with."""

    def shared(uri: str) -> int:
        return next((i for i, (a, b) in enumerate(zip(sent, uri, strict=False)) if a != b), min(len(sent), len(uri)))

    return max(registered, key=shared, default=None)


def difference(sent: str, registered: str) -> str:
    """How the sent URI differs from the registered one, in words; both are shown beside it."""
    try:
        one, other = urlsplit(sent), urlsplit(registered)
        ports = one.port, other.port
    except ValueError:
        return "The URI that was sent cannot be read: its host or port is malformed."
    if one.scheme != other.scheme:
        return f"The scheme differs: {one.scheme or 'none'} was sent, {other.scheme} is registered."
    if "@" in one.netloc:
        return "The URI that was sent carries a user name before the host."
    if {one.hostname, other.hostname} == {"localhost", "127.0.0.1"}:
        return f"The host differs: {one.hostname} was sent, {other.hostname} is registered. Use one of them in both."
    if one.hostname != other.hostname:
        return f"The host differs: {one.hostname or 'none'} was sent, {other.hostname} is registered."
    if ports[0] != ports[1]:
        return f"The port differs: {ports[0] or 'none'} was sent, {ports[1] or 'none'} is registered."
    if one.path != other.path:
        alone = one.query == other.query
        only, also = ("Only the", "") if alone else ("The", " The query differs too.")
        if one.path.rstrip("/") == other.path.rstrip("/"):
            return f"{only} slash at the end of the path differs.{also}"
        if one.path.lower() == other.path.lower():
            return f"{only} case of letters in the path differs.{also}"
        return f"The path differs: {one.path or 'none'} was sent, {other.path or 'none'} is registered.{also}"
    if one.query != other.query:
        return "The query differs; put what varies into the state parameter."
    return "They differ in spelling; the comparison is character by character."
