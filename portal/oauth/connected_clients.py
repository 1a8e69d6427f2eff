"""The clients that a user has allowed, and the sessions (authorizations) that each of them has; read only."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.database import reading
from portal.oauth.client_endings import is_live
from portal.oauth.models import Authorization, Client, ClientLogo, Consent, RedirectUri, users
from portal.oauth.scopes import parse

MOST_SESSIONS = 50
"""How many of a client's sessions are listed; a program that asks again at each start has many."""


@dataclass(frozen=True)
class ConnectedClient:
    """A client that a user has allowed; times in seconds since the epoch."""

    key: int
    client_id: str
    origin: str
    owner_id: int | None
    verified: bool
    suspended: bool
    name: str
    homepage_uri: str
    logo_sha256: str | None
    scope: frozenset[str]
    left_out: frozenset[str]
    allowed_at: int
    last_issued_at: int | None
    """When its newest access token was issued."""
    sessions: int
    """How many of its authorizations still work."""
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True)
class ClientSession:
    """One time that a user allowed a client, of which a code or token still works."""

    id: int
    scope: frozenset[str]
    allowed_at: int
    allowed_from: str
    """The network of the browser."""
    allowed_with: str
    """The browser's User-Agent."""
    last_issued_at: int | None
    """When its newest access token was issued."""


def list_connected(user_id: int) -> list[ConnectedClient]:
    """The clients that a user has allowed, the latest first; two statements for any number."""
    with reading() as session:
        return _find(session, Consent.user_id == user_id)


def get_connected(user_id: int, client_key: int) -> ConnectedClient:
    """One of them.

    Raises:
        LookupError: the user does not allow it (any more).
    """
    with reading() as session:
        found = _find(session, Consent.user_id == user_id, Consent.client_id == client_key)
    if not found:
        raise LookupError(client_key)
    return found[0]


def was_allowed(user_id: int, client_key: int) -> bool:
    """Whether a user has ever allowed a client, as far as is remembered."""
    query = select(exists().where(Authorization.user_id == user_id, Authorization.client_id == client_key))
    with reading() as session:
        return bool(session.scalar(query))


def list_sessions(user_id: int, client_key: int) -> list[ClientSession]:
    """The sessions of a client with a user that still work, the latest `MOST_SESSIONS`."""
    query = (
        select(Authorization)
        .where(Authorization.user_id == user_id, Authorization.client_id == client_key, *_works())
        .order_by(Authorization.created_at.desc(), Authorization.id)
        .limit(MOST_SESSIONS)
    )
    with reading() as session:
        return [
            ClientSession(
                row.id,
                parse(row.scope),
                row.created_at,
                row.allowed_from,
                row.allowed_with,
                row.access_issued_at,
            )
            for row in session.scalars(query)
        ]


def _works() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That a code or token of an authorization works, were its client not suspended."""
    current = select(users.c.credentials_version).where(users.c.id == Authorization.user_id).scalar_subquery()
    return is_live(clock.now()), Authorization.credentials_version == current


def _find(session: Session, *conditions: ColumnElement[bool]) -> list[ConnectedClient]:
    of_consent = (Authorization.user_id == Consent.user_id, Authorization.client_id == Consent.client_id)
    newest = select(func.max(Authorization.access_issued_at)).where(*of_consent).scalar_subquery()
    sessions = select(func.count()).select_from(Authorization).where(*of_consent, *_works()).scalar_subquery()
    query = (
        select(
            Consent,
            Client.client_id.label("identifier"),
            Client.origin,
            Client.owner_id,
            Client.verified_at,
            Client.suspended_at,
            Client.name,
            Client.homepage_uri,
            ClientLogo.sha256,
            newest.label("newest"),
            sessions.label("sessions"),
        )
        .join(Client, Client.id == Consent.client_id)
        .outerjoin(ClientLogo, ClientLogo.client_id == Client.id)
        .where(*conditions)
        .order_by(Consent.updated_at.desc(), Consent.id)
    )
    addresses = (
        select(RedirectUri.client_id, RedirectUri.uri)
        .where(RedirectUri.client_id.in_(select(Consent.client_id).where(*conditions)))
        .order_by(RedirectUri.position)
    )
    rows = session.execute(query).all()
    redirect_uris: dict[int, list[str]] = defaultdict(list)
    for client_key, uri in session.execute(addresses):
        redirect_uris[client_key].append(uri)
    return [
        ConnectedClient(
            key=row.Consent.client_id,
            client_id=row.identifier,
            origin=row.origin,
            owner_id=row.owner_id,
            verified=row.verified_at is not None,
            suspended=row.suspended_at is not None,
            name=row.name,
            homepage_uri=row.homepage_uri,
            logo_sha256=row.sha256,
            scope=parse(row.Consent.scope),
            left_out=parse(row.Consent.left_out),
            allowed_at=row.Consent.created_at,
            last_issued_at=row.newest,
            sessions=row.sessions,
            redirect_uris=tuple(redirect_uris[row.Consent.client_id]),
        )
        for row in rows
    ]
