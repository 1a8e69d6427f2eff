"""What a user has allowed a client: remembered at each approval, listed, taken back."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.credentials import new_id
from portal.foundation.database import insert_if_absent, reading, transaction
from portal.oauth.client_locks import share_client
from portal.oauth.models import Authorization, Client, ClientLogo, Consent
from portal.oauth.recorder import current_recorder
from portal.oauth.scopes import parse, write


def remember(
    session: Session,
    user_id: int,
    client_key: int,
    scope: frozenset[str],
    *,
    left_out: frozenset[str] = frozenset(),
    pkce: bool,
) -> bool:
    """Add `scope` to what the user has allowed the client, in the caller's transaction. True if it was nothing yet.

    Args:
        left_out: what was asked for as well, and is taken back if it was allowed before.
    """
    now = clock.now()
    identity = {"user_id": user_id, "client_id": client_key}
    fresh = {"id": new_id(), "scope": write(scope), "pkce": pkce, "created_at": now, "updated_at": now}
    consent = None
    while consent is None:  # somebody may remove the consent between the two statements
        if insert_if_absent(session, Consent, identity | fresh):
            return True
        consent = session.scalars(select(Consent).filter_by(**identity).with_for_update()).one_or_none()
    if parse(consent.scope) & left_out:
        _narrow(session, user_id, client_key, left_out)
    consent.scope = write(parse(consent.scope) - left_out | scope)
    consent.pkce, consent.updated_at = pkce, now
    return False


def _narrow(session: Session, user_id: int, client_key: int, left_out: frozenset[str]) -> None:
    """Take scopes out of what was authorized before: its tokens may no longer do that (`access_tokens`)."""
    query = select(Authorization).filter_by(user_id=user_id, client_id=client_key, revoked_at=None)
    for authorization in session.scalars(query.with_for_update()):
        authorization.scope = write(parse(authorization.scope) - left_out)
        if not authorization.scope:
            authorization.revoked_at, authorization.revoked_reason = clock.now(), "scope_left_out"


def allowed_scope(user_id: int, client_key: int) -> frozenset[str]:
    """What the user has allowed the client so far."""
    with reading() as session:
        scope = session.scalar(select(Consent.scope).filter_by(user_id=user_id, client_id=client_key))
    return parse(scope or "")


@dataclass(frozen=True)
class ConnectedClient:
    """A client that a user has allowed; times in seconds since the epoch."""

    key: int
    client_id: str
    origin: str
    name: str
    homepage_uri: str
    logo_sha256: str | None
    scope: frozenset[str]
    allowed_at: int
    last_issued_at: int | None
    """When its newest access token was issued."""


def list_connected(user_id: int) -> list[ConnectedClient]:
    """The clients that a user has allowed, the latest first."""
    newest = (
        select(func.max(Authorization.access_issued_at))
        .where(Authorization.user_id == Consent.user_id, Authorization.client_id == Consent.client_id)
        .scalar_subquery()
    )
    query = (
        select(
            Consent,
            Client.client_id.label("identifier"),
            Client.origin,
            Client.name,
            Client.homepage_uri,
            ClientLogo.sha256,
            newest.label("newest"),
        )
        .join(Client, Client.id == Consent.client_id)
        .outerjoin(ClientLogo, ClientLogo.client_id == Client.id)
        .where(Consent.user_id == user_id)
        .order_by(Consent.updated_at.desc())
    )
    with reading() as session:
        return [
            ConnectedClient(
                row.Consent.client_id,
                row.identifier,
                row.origin,
                row.name,
                row.homepage_uri,
                row.sha256,
                parse(row.Consent.scope),
                row.Consent.created_at,
                row.newest,
            )
            for row in session.execute(query)
        ]


def remove_consent(user_id: int, client_key: int) -> bool:
    """Take back what a user allowed a client: every code and token is dead at once. False if there was nothing."""
    identity = {"user_id": user_id, "client_id": client_key}
    with transaction() as session:
        share_client(session, client_key)
        # Locked, so that an approval that comes in between ends up before or after, but not out of sight.
        consent = session.scalars(select(Consent).filter_by(**identity).with_for_update()).one_or_none()
        if consent is None:
            return False
        session.execute(
            update(Authorization)
            .filter_by(**identity)
            .where(Authorization.revoked_at.is_(None))
            .values(revoked_at=clock.now(), revoked_reason="consent_removed")
        )
        session.delete(consent)
    current_recorder().count(client_key, "left")
    return True
