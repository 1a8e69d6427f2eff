"""Clients whose identifier is the URL of a document about themselves (draft-ietf-oauth-client-id-metadata-document-02).

The authorization endpoint finds such a client here: its document is fetched, checked and kept in `clients` until it
expires. The token endpoints read what is kept and never fetch. Anybody can make this server fetch by sending a
browser to the authorization endpoint, so fetches are few at once, counted by visitor and by address, and one at a
time for each URL. The draft's sections are cited by title, since its revisions renumber them.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from sqlalchemy import and_, case, delete, update

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import new_id
from portal.foundation.database import insert_if_absent, transaction
from portal.foundation.guarded_fetch import Fetched, NotFetched, fetch
from portal.foundation.headers import request_id
from portal.foundation.limits import current_limiter
from portal.foundation.public_addresses import caller_of
from portal.oauth import redirect_uris
from portal.oauth.client_metadata import ClientMetadata, parse_document, read_client_metadata
from portal.oauth.clients import RegisteredClient, find_client_to_authorize
from portal.oauth.errors import ProtocolError
from portal.oauth.metadata import GRANT_TYPES, RESPONSE_TYPES
from portal.oauth.models import Client, RedirectUri
from portal.oauth.scopes import SCOPES, parse, write

log = logging.getLogger(__name__)

MOST_CHARACTERS = 255
KEPT_SECONDS = (300, 3600, 86400)
"""How long a document is kept: at least, when its headers do not say, at most. The draft allows such bounds
(Metadata Caching); there is a least because the consent screen and the token endpoints work from what is kept."""
UNUSED_SECONDS = 86400
"""How long after its expiry a client that nobody allows is remembered."""
FETCHES_BY_VISITOR = "10/minute"
FETCHES_OF_ADDRESS = "30/minute"
AT_ONCE = 2
"""Half of the threads that a server process has by default: slow hosts never hold them all."""
PATIENCE_SECONDS = 1.0
"""How long a request waits for its turn."""

_places = BoundedSemaphore(AT_ONCE)
_locks: WeakValueDictionary[str, Lock] = WeakValueDictionary()
_locks_lock = Lock()


class UnusableDocument(Exception):
    """There is no client to be had from this URL now.

    Args:
        description: what is wrong.
        cure: what its makers, or the visitor, can do.
        detail: for the log.
    """

    def __init__(self, description: str, cure: str, detail: str = "") -> None:
        super().__init__(description)
        self.description = description
        self.cure = cure
        self.detail = detail


def find_document_client(url: str, remote: str) -> RegisteredClient:
    """The client whose identifier is `url`, from what is kept or from its document.

    Args:
        url: the client_id of an authorization request.
        remote: the visitor's address, for counting fetches.

    Raises:
        UnusableDocument: the URL, the document or the moment is wrong.
    """
    try:
        _check_url(url)
        client = _kept(url)
        if client is None:
            with _turn(url):
                client = _kept(url) or _fetch_and_keep(url, remote)
    except UnusableDocument as error:
        log.info("request %s: client document %r: %s %s", request_id(), url, error.description, error.detail)
        raise
    return client


def _check_url(url: str) -> None:
    """Client Identifier URL. A redirect URI's rules hold for it too, which are the draft's and some more."""
    settings = current_settings()
    if not settings.client_documents:
        raise UnusableDocument(
            "This server takes no URL as client ID.",
            "Register the app under Developer → OAuth Apps and send the client ID that it is given there.",
        )
    fault = redirect_uris.fault_of(url)
    if len(url) > MOST_CHARACTERS:
        fault = f"Shorten it: it has {len(url)} characters, and {MOST_CHARACTERS} are the most."
    elif not url.startswith("https://") and not settings.client_documents_loopback:
        fault = "Begin it with https://."
    elif not fault and not urlsplit(url).path:
        fault = "Add the path of the document, as in https://yourapp.com/client.json."
    if fault:
        raise UnusableDocument("This URL cannot be a client ID.", fault)


def _kept(url: str) -> RegisteredClient | None:
    """The client, if its document has not expired; a suspended one needs no fresh document to be refused."""
    client = find_client_to_authorize(url)
    fresh = client and (client.document_expires_at or 0) > clock.now()
    return client if client and (fresh or client.suspended) else None


@contextmanager
def _turn(url: str) -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise UnusableDocument("Other client documents are being fetched right now.", "Reload this page in a moment.")
    try:
        with _locks_lock:
            lock = _locks.setdefault(url, Lock())
        with lock:
            yield
    finally:
        _places.release()


def _fetch_and_keep(url: str, remote: str) -> RegisteredClient:
    _count(FETCHES_BY_VISITOR, "by", caller_of(remote))
    settings, host = current_settings(), urlsplit(url).netloc
    try:
        fetched = fetch(
            url,
            user_agent=f"ContextFile (+{settings.issuer})",
            loopback=settings.client_documents_loopback,
            admit=lambda address: _count(FETCHES_OF_ADDRESS, "of", address),
        )
    except NotFetched as error:
        raise UnusableDocument(
            f"The client document of {host} cannot be fetched. {error.text}",
            "This is for the app's makers to correct: the client ID must be the address of its metadata document.",
            error.detail,
        ) from error
    try:
        metadata = _read(url, fetched.body)
    except ProtocolError as error:
        raise UnusableDocument(
            f"The client document of {host} cannot be used.",
            f"This is for the app's makers to correct. {error.description}",
        ) from error
    keep(url, metadata, clock.now() + _lifetime(fetched))
    client = _kept(url)
    if client is None:
        raise UnusableDocument("The client document was replaced meanwhile.", "Reload this page.")
    return client


def _count(limit: str, kind: str, address: str) -> None:
    if wait := current_limiter().count(limit, "client document", kind, address):
        text = "Too many client documents were fetched for you or from there."
        raise UnusableDocument(text, f"Wait {wait} seconds, then reload this page.", f"{kind} {address}")


def _lifetime(fetched: Fetched) -> int:
    least, usual, most = KEPT_SECONDS
    return usual if fetched.fresh_seconds is None else min(max(least, fetched.fresh_seconds), most)


def _read(url: str, body: bytes) -> ClientMetadata:
    """Client ID Metadata Document, and Credential and Key Material Restrictions.

    The same document is for every authorization server, so scopes and types that only others serve are no fault.
    """
    document = parse_document(body)
    if document.get("client_id") != url:
        raise ProtocolError("invalid_client_metadata", "client_id: It must be this document's URL to the character.")
    for field in ("client_secret", "client_secret_expires_at"):
        if field in document:
            raise ProtocolError("invalid_client_metadata", f"{field}: Leave it out; a public document has no secret.")
    if document.get("token_endpoint_auth_method") not in (None, "none"):
        text = "token_endpoint_auth_method: Use none; secrets have no place here, and keys are not served yet."
        raise ProtocolError("invalid_client_metadata", text)
    served: dict[str, object] = {"token_endpoint_auth_method": "none"}
    for field, values in (("grant_types", GRANT_TYPES), ("response_types", RESPONSE_TYPES)):
        if isinstance(named := document.get(field), list):
            served[field] = [value for value in named if value in values]
    if isinstance(scope := document.get("scope"), str):
        served["scope"] = write(parse(scope) & SCOPES.keys())
    return read_client_metadata({**document, **served})


def keep(url: str, metadata: ClientMetadata, expires_at: int) -> None:
    """Write the client and its redirect URIs in one transaction; of two processes that are first, one does.

    Args:
        expires_at: until when the document need not be fetched again (seconds since the epoch).
    """
    now, columns = clock.now(), {**metadata.columns(), "document_expires_at": expires_at}
    # What an operator has verified is this name, at this site.
    same_face = and_(Client.name == columns["name"], Client.homepage_uri == columns["homepage_uri"])
    known = {**columns, "verified_at": case((same_face, Client.verified_at))}
    with transaction() as session:
        key = session.scalar(update(Client).where(Client.client_id == url).values(known).returning(Client.id))
        if key is None:
            key = new_id()
            identity = {"id": key, "client_id": url, "origin": "document", "created_at": now}
            if not insert_if_absent(session, Client, {**identity, **columns}):
                return
        session.execute(delete(RedirectUri).where(RedirectUri.client_id == key))
        session.add_all(
            RedirectUri(client_id=key, position=i, uri=uri, created_at=now)
            for i, uri in enumerate(metadata.redirect_uris)
        )
