"""Clients as the protocol sees them: looked up in one query, with the answers that Authlib asks of a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin
from sqlalchemy import bindparam, select

from portal.foundation import clock
from portal.foundation.credentials import decode, digest, mint, same
from portal.foundation.prepared import Prepared
from portal.oauth import redirect_uris
from portal.oauth.metadata import GRANT_TYPES, RESPONSE_TYPES
from portal.oauth.models import Client, ClientSecret, RedirectUri

CLIENT_ID_PREFIX = "cf_app_"
CLIENT_ID_BYTES = 16
SECRET_PREFIX = "cf_cs_"


@dataclass(frozen=True)
class RegisteredClient(ClientMixin):
    """A client (RFC 6749 §2) that may take part in the protocol."""

    key: int
    client_id: str
    owner_id: int | None
    name: str
    confidential: bool
    scope: frozenset[str]
    default_scope: frozenset[str]
    optional_scope: frozenset[str]
    require_pkce: bool
    """Whether every authorization request must carry a code challenge; public clients' always must (RFC 7636)."""
    suspended: bool
    secrets: tuple[tuple[int, bytes, int | None], ...] = ()
    """Each secret's key, its digest, and when it expires."""
    redirect_uris: tuple[str, ...] = ()
    """Known only to the authorization endpoint's look-up."""
    document_expires_at: int | None = None
    """Until when its metadata document need not be fetched again; None if it has none."""

    @property
    def document_host(self) -> str | None:
        """Where its metadata document is; None if it has none."""
        return urlsplit(self.client_id).netloc if self.document_expires_at is not None else None

    def get_client_id(self) -> str:
        """The public identifier."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """The redirect URI of a request that names none: the only one registered (RFC 6749 §3.1.2.3)."""
        return self.redirect_uris[0] if len(self.redirect_uris) == 1 else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether it is registered."""
        return any(redirect_uris.matches(redirect_uri, registered) for registered in self.redirect_uris)

    def find_secret(self, client_secret: str) -> int | None:
        """The key of the live secret that this is, compared in constant time; None if it is none of them."""
        presented, now = digest(client_secret), clock.now()
        for key, stored, expires_at in self.secrets:
            if same(presented, stored) and (expires_at is None or expires_at > now):
                return key
        return None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 (Authlib's signature)
        """Confidential clients authenticate, public ones cannot."""
        return (method != "none") == self.confidential

    def check_grant_type(self, grant_type: str) -> bool:
        """Every client may use every grant type that is served."""
        return grant_type in GRANT_TYPES

    def check_response_type(self, response_type: str) -> bool:
        """Every client may use every response type that is served."""
        return response_type in RESPONSE_TYPES


CLIENT_COLUMNS = (
    Client.id.label("client_key"),
    Client.client_id.label("client_identifier"),
    Client.owner_id,
    Client.name,
    Client.type,
    Client.scope.label("client_scope"),
    Client.default_scope,
    Client.optional_scope,
    Client.require_pkce,
    Client.suspended_at,
    Client.document_expires_at,
)
SECRET_COLUMNS = (
    ClientSecret.id.label("secret_key"),
    ClientSecret.digest.label("secret_digest"),
    ClientSecret.expires_at.label("secret_expires_at"),
)

_BY_CLIENT_ID = Prepared(
    select(*CLIENT_COLUMNS, *SECRET_COLUMNS)
    .outerjoin(ClientSecret, ClientSecret.client_id == Client.id)
    .where(Client.client_id == bindparam("client_id"))
)
_WITH_REDIRECT_URIS = Prepared(
    select(*CLIENT_COLUMNS, RedirectUri.uri)
    .outerjoin(RedirectUri, RedirectUri.client_id == Client.id)
    .where(Client.client_id == bindparam("client_id"))
    .order_by(RedirectUri.position)
)


def client_from(rows: Sequence[Any]) -> RegisteredClient | None:
    """Gather a client from joined rows, one for each of its secrets or redirect URIs."""
    if not rows:
        return None
    first = rows[0]
    return RegisteredClient(
        key=first.client_key,
        client_id=first.client_identifier,
        owner_id=first.owner_id,
        name=first.name,
        confidential=first.type == "confidential",
        scope=frozenset(first.client_scope.split()),
        default_scope=frozenset(first.default_scope.split()),
        optional_scope=frozenset(first.optional_scope.split()),
        require_pkce=bool(first.require_pkce) or first.type == "public",
        suspended=first.suspended_at is not None,
        secrets=tuple(
            (row.secret_key, row.secret_digest, row.secret_expires_at)
            for row in rows
            if getattr(row, "secret_key", None) is not None
        ),
        redirect_uris=tuple(row.uri for row in rows if getattr(row, "uri", None) is not None),
        document_expires_at=first.document_expires_at,
    )


def is_client_id(text: str) -> bool:
    """Whether prefix, length and checksum are those of a client ID."""
    return decode(CLIENT_ID_PREFIX, text, CLIENT_ID_BYTES) is not None


def is_document_url(text: str) -> bool:
    """Whether a client ID is meant as the URL of a client ID metadata document."""
    return text.startswith(("https://", "http://"))


def is_secret(text: str) -> bool:
    """Whether prefix, length and checksum are those of a client secret."""
    return decode(SECRET_PREFIX, text, 32) is not None


def find_client(client_id: str) -> RegisteredClient | None:
    """The client with its secrets, for the token endpoints. A malformed identifier costs no query."""
    if not (is_client_id(client_id) or is_document_url(client_id)):
        return None
    return client_from(_BY_CLIENT_ID.rows({"client_id": client_id}))


def find_client_to_authorize(client_id: str) -> RegisteredClient | None:
    """The client with its redirect URIs, for the authorization endpoint; `client_documents` keeps it up to date."""
    if not (is_client_id(client_id) or is_document_url(client_id)):
        return None
    return client_from(_WITH_REDIRECT_URIS.rows({"client_id": client_id}))


def mint_client_id() -> str:
    """A new client identifier."""
    return mint(CLIENT_ID_PREFIX, CLIENT_ID_BYTES)


def mint_secret() -> str:
    """A new client secret: letters, digits and _ only, since libraries disagree on how to encode anything else."""
    return mint(SECRET_PREFIX)
