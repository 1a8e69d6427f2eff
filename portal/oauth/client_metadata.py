"""A client's description of itself (RFC 7591 §2): parsed, checked, and put in the terms of our model.

Dynamic registration and client ID metadata documents both read it here. Authlib's claims class is not used: it
accepts `http://evil`, `*` and `/../` as redirect URIs and reads no text for characters that cannot be seen. What
is not listed below (logo_uri, contacts, jwks, software_statement, …) is ignored: RFC 7591 §2 asks for that of
what a server does not understand, and §3.1.1 allows it for a software statement. Knows no HTTP.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.config import is_loopback
from portal.foundation.provider_name import fault_of_name
from portal.foundation.visible_text import can_be_seen
from portal.oauth import redirect_uris
from portal.oauth.errors import ProtocolError, printable
from portal.oauth.metadata import AUTHENTICATION_METHODS, GRANT_TYPES, RESPONSE_TYPES
from portal.oauth.scopes import SCOPES, parse, write

MOST_REDIRECT_URIS = 20
UNNAMED = "Unnamed app"
DEFAULT_SCOPE = frozenset({"profile:read"})
_NOT_IN_ADDRESSES = re.compile(r"""[^\x21-\x7e]|["<>\\^`{|}]""")


@dataclass(frozen=True)
class ClientMetadata:
    """What a client may say of itself, checked."""

    redirect_uris: tuple[str, ...]
    name: str
    client_uri: str
    """This and the next two: a web address, or empty."""
    policy_uri: str
    tos_uri: str
    default_scope: frozenset[str]
    """What a request that names no scope asks for; a client may ask the user for any other scope later."""
    auth_method: str
    """`token_endpoint_auth_method`: one of AUTHENTICATION_METHODS."""

    @property
    def confidential(self) -> bool:
        """Whether it wants a secret (RFC 6749 §2.1)."""
        return self.auth_method != "none"

    def columns(self) -> dict[str, str]:
        """The columns of `models.Client` that follow from it."""
        return {
            "type": "confidential" if self.confidential else "public",
            "kind": "web" if self.confidential else "native",
            "name": self.name,
            "homepage_uri": self.client_uri,
            "policy_uri": self.policy_uri,
            "tos_uri": self.tos_uri,
            "scope": write(frozenset(SCOPES)),
            "default_scope": write(self.default_scope),
            "auth_method": self.auth_method,
        }


def parse_document(body: bytes) -> dict[str, object]:
    """The JSON object in `body`.

    Raises:
        ProtocolError: `invalid_client_metadata`; it is not UTF-8, not JSON, nested too deeply, not an object, or
            has a name twice, of which readers pick different ones (RFC 8259 §4).
    """
    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=_each_name_once)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise _fault("The body", "Send one JSON object in UTF-8, with no name twice.")
    return document


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError
    return read


def read_client_metadata(document: Mapping[str, object]) -> ClientMetadata:
    """Read and check a metadata document (RFC 7591 §2). A value of null counts as left out.

    Raises:
        ProtocolError: `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 §3.2.2), naming field and cure.
    """
    uris = _redirect_uris(document)
    auth_method = _text(document, "token_endpoint_auth_method", 50) or "client_secret_basic"
    if auth_method not in AUTHENTICATION_METHODS:
        raise _fault("token_endpoint_auth_method", f"Use one of: {', '.join(AUTHENTICATION_METHODS)}.")
    _check_types(document, "grant_types", GRANT_TYPES)
    _check_types(document, "response_types", RESPONSE_TYPES)
    return ClientMetadata(
        redirect_uris=uris,
        name=_name(document),
        client_uri=_web_address(document, "client_uri"),
        policy_uri=_web_address(document, "policy_uri"),
        tos_uri=_web_address(document, "tos_uri"),
        default_scope=_scope(document),
        auth_method=auth_method,
    )


def _fault(field: str, cure: str, error: str = "invalid_client_metadata") -> ProtocolError:
    # The texts of other rules have typography that an error description may not carry (RFC 7591 §3.2.2: ASCII).
    text = f"{field}: {cure}".replace("§", "section ").replace("…", "...")
    text = text.replace("’", "'").replace("“", "'").replace("”", "'")
    return ProtocolError(error, printable(text, 300), detail=field)


def _redirect_uris(document: Mapping[str, object]) -> tuple[str, ...]:
    uris = document.get("redirect_uris")
    if not isinstance(uris, list) or not uris:
        raise _fault("redirect_uris", "Send a list of at least one redirect URI.", "invalid_redirect_uri")
    if len(uris) > MOST_REDIRECT_URIS:
        raise _fault("redirect_uris", f"{MOST_REDIRECT_URIS} are the most.", "invalid_redirect_uri")
    for i, uri in enumerate(uris):
        fault = redirect_uris.fault_of(uri) if isinstance(uri, str) else "Send a string."
        if fault:
            raise _fault(f"redirect_uris[{i}]", fault, "invalid_redirect_uri")
    return tuple(dict.fromkeys(uris))


def _text(document: Mapping[str, object], field: str, most: int) -> str:
    value = document.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _fault(field, "Send a string.")
    if len(value) > most:
        raise _fault(field, f"{most} characters are the most.")
    if not all(map(can_be_seen, value)):
        raise _fault(field, "Leave out control characters and others that cannot be seen.")
    return value.strip()


def _name(document: Mapping[str, object]) -> str:
    name = _text(document, "client_name", 80) or UNNAMED
    if fault := fault_of_name(name):
        raise _fault("client_name", fault)
    return name


def _check_types(document: Mapping[str, object], field: str, served: tuple[str, ...]) -> None:
    """`grant_types` or `response_types`: of those that are served, the first is needed (RFC 7591 §2.1)."""
    values = document.get(field)
    if values is None:
        return
    if not isinstance(values, list) or any(value not in served for value in values) or served[0] not in values:
        others = f", and beside it only {', '.join(served[1:])}" if served[1:] else " alone"
        raise _fault(field, f"Send a list with {served[0]}{others}.")


def _web_address(document: Mapping[str, object], field: str) -> str:
    """People are offered it as a link: https, or http to their own machine."""
    address = _text(document, field, 2000)
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    secure = host and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))
    if not secure or "@" in parts.netloc or _NOT_IN_ADDRESSES.search(address):
        raise _fault(field, "Send a web address that begins with https://, percent-encoded, without a user name.")
    return address


def _scope(document: Mapping[str, object]) -> frozenset[str]:
    scope = parse(_text(document, "scope", 1000))
    if not scope <= SCOPES.keys():
        raise _fault("scope", f"There are: {' '.join(SCOPES)}.")
    return scope or DEFAULT_SCOPE
