"""What a user has allowed a client: remembered at each approval, reduced, taken back. `connected_clients` lists it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from portal.foundation import audit, clock
from portal.foundation.credentials import new_id
from portal.foundation.database import insert_if_absent, reading, transaction
from portal.oauth.client_locks import share_client
from portal.oauth.models import Authorization, Consent, users
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
    fresh = {"id": new_id(), "scope": write(scope), "left_out": write(left_out), "pkce": pkce}
    fresh |= {"created_at": now, "updated_at": now}
    query = select(Consent, _stands().label("stands")).filter_by(**identity).with_for_update(of=Consent)
    found = None
    while found is None:  # somebody may remove the consent between the two statements
        if insert_if_absent(session, Consent, identity | fresh):
            return True
        found = session.execute(query).one_or_none()
    consent = found.Consent
    if not found.stands:
        consent.scope = consent.left_out = ""
    if parse(consent.scope) & left_out:
        _narrow(session, user_id, client_key, left_out)
    consent.scope = write(parse(consent.scope) - left_out | scope)
    consent.left_out = write((parse(consent.left_out) | left_out) - scope)
    consent.pkce, consent.updated_at = pkce, now
    return False


def _narrow(session: Session, user_id: int, client_key: int, left_out: frozenset[str]) -> None:
    """Take scopes out of what was authorized before: its tokens may no longer do that (`access_tokens`)."""
    query = select(Authorization).filter_by(user_id=user_id, client_id=client_key, revoked_at=None)
    for authorization in session.scalars(query.with_for_update()):
        authorization.scope = write(parse(authorization.scope) - left_out)
        if not authorization.scope:
            authorization.revoked_at, authorization.revoked_reason = clock.now(), "scope_left_out"


@dataclass(frozen=True)
class Decided:
    """What a user has decided about a client so far."""

    allowed: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    """What they were asked for, and do not allow."""


def decided(user_id: int, client_key: int) -> Decided:
    """What the user has decided about the client; nothing, if they were not asked since their password was changed."""
    query = select(Consent.scope, Consent.left_out).filter_by(user_id=user_id, client_id=client_key).where(_stands())
    with reading() as session:
        found = session.execute(query).one_or_none()
    return Decided(parse(found.scope), parse(found.left_out)) if found else Decided()


def _stands() -> ColumnElement[bool]:
    """Whether a consent was given, or used, since the password was changed: somebody else may have given an older one.

    Nothing of it works any more, and a new session must not come of it without the user being asked.
    """
    return exists().where(
        users.c.id == Consent.user_id,
        Authorization.user_id == Consent.user_id,
        Authorization.client_id == Consent.client_id,
        Authorization.credentials_version == users.c.credentials_version,
    )


def remove_consent(user_id: int, client_key: int, *, actor: str = "") -> bool:
    """Take back what a user allowed a client: every code and token is dead at once. False if there was nothing.

    Args:
        actor: the name of who does it, where it is not the user.
    """
    with transaction() as session:
        client = share_client(session, client_key)
        consent = _lock(session, user_id, client_key)
        if client is None or consent is None:
            return False
        session.execute(
            update(Authorization)
            .filter_by(user_id=user_id, client_id=client_key)
            .where(Authorization.revoked_at.is_(None))
            .values(revoked_at=clock.now(), revoked_reason="consent_removed")
        )
        session.delete(consent)
        audit.record(session, "app_removed", user_id=user_id, client_id=client_key, app=client.name, actor=actor)
    current_recorder().count(client_key, "left")
    return True


class NothingLeft(Exception):
    """Of what the user allows the client, nothing would be left."""


def reduce_scope(user_id: int, client_key: int, kept: frozenset[str]) -> frozenset[str]:
    """Take back a part of what a user allowed a client: its tokens may no longer do that, at once.

    Args:
        kept: what it may still do; what it may not do now is ignored, so nothing is ever added.

    Returns:
        What was taken out.

    Raises:
        LookupError: the user does not allow the client (any more).
        NothingLeft: nothing was changed.
    """
    with transaction() as session:
        client = share_client(session, client_key)
        consent = _lock(session, user_id, client_key)
        if client is None or consent is None:
            raise LookupError(client_key)
        allowed = parse(consent.scope)
        taken = allowed - kept
        if taken == allowed:
            raise NothingLeft
        if taken:
            _narrow(session, user_id, client_key, taken)
            consent.scope = write(allowed - taken)
            consent.left_out = write(parse(consent.left_out) | taken)
            about = {"user_id": user_id, "client_id": client_key, "app": client.name}
            audit.record(session, "app_narrowed", **about, text=write(taken))
    return taken


def still_allows(session: Session, user_id: int, client_key: int, scope: frozenset[str]) -> bool:
    """Whether a user allows a client all of this, and goes on to until the caller's transaction ends."""
    consent = _lock(session, user_id, client_key)
    return consent is not None and scope <= parse(consent.scope)


def _lock(session: Session, user_id: int, client_key: int) -> Consent | None:
    """A consent, locked, so that an approval that comes in between ends up before or after, but not out of sight."""
    return session.scalars(
        select(Consent).filter_by(user_id=user_id, client_id=client_key).with_for_update()
    ).one_or_none()
