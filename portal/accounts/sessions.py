"""Signed-in browsers, kept on the server: signing out ends one for good, whoever kept a copy of its cookie."""

import secrets
from dataclasses import dataclass

from flask_login import UserMixin
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import User, UserSession
from portal.config import current_settings
from portal.foundation import audit, clock
from portal.foundation.credentials import digest, same
from portal.foundation.database import reading, transaction

SEEN_SECONDS = 3600
"""How exactly it is known when a browser was last here: a page view writes at most once in this time."""


class SignedInUser(UserMixin):
    """Who is signed in, for Flask-Login: known by the session's random value, not by the user's key."""

    def __init__(self, session_value: str, user: User, signed_in_at: int) -> None:
        self._session_value = session_value
        self.signed_in_at = signed_in_at
        self.user_id = user.id
        self.name = user.name
        self.email = user.email
        self.credentials_version = user.credentials_version

    def get_id(self) -> str:
        """What the signed cookie carries; new at each sign-in."""
        return self._session_value


def open_session(user_id: int) -> str:
    """Sign a browser in and return the value for its cookie."""
    with transaction() as session:
        return add_session(session, user_id)


def add_session(session: Session, user_id: int) -> str:
    """The same in a caller's transaction."""
    value, now, origin = secrets.token_urlsafe(32), clock.now(), audit.current_origin()
    session.add(
        UserSession(
            digest=digest(value),
            user_id=user_id,
            created_at=now,
            expires_at=now + current_settings().session_seconds,
            last_seen_at=now,
            network=origin.network,
            agent=origin.agent,
        )
    )
    return value


def find_signed_in(value: str) -> SignedInUser | None:
    """Whose session this is, if it still is one."""
    now = clock.now()
    query = (
        select(User, UserSession.created_at, UserSession.last_seen_at)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.digest == digest(value),
            UserSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    )
    with reading() as session:
        found = session.execute(query).one_or_none()
    if found is None:
        return None
    if found.last_seen_at is None or found.last_seen_at <= now - SEEN_SECONDS:
        _note_seen(value, now)
    return SignedInUser(value, found.User, found.created_at)


def _note_seen(value: str, now: int) -> None:
    """Once, however many requests arrive together."""
    seen = UserSession.last_seen_at
    with transaction() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.digest == digest(value), or_(seen.is_(None), seen <= now - SEEN_SECONDS))
            .values(last_seen_at=now),
            execution_options={"synchronize_session": False},
        )


def close_session(value: str) -> None:
    """Sign a browser out."""
    with transaction() as session:
        audit.record(session, "signed_out", user_id=_owner_of(value))
        session.execute(delete(UserSession).where(UserSession.digest == digest(value)))


def _owner_of(value: str) -> object:
    return select(UserSession.user_id).where(UserSession.digest == digest(value)).scalar_subquery()


@dataclass(frozen=True)
class SignedInBrowser:
    """One session as its owner sees it."""

    handle: str
    """Names it in forms; opens nothing."""
    agent: str
    network: str
    since: int
    last_seen: int
    is_this: bool


def list_sessions(user_id: int, current: str) -> list[SignedInBrowser]:
    """Somebody's sessions, the one with the value `current` first, then the latest."""
    query = (
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.expires_at > clock.now())
        .order_by(UserSession.created_at.desc(), UserSession.digest)
    )
    with reading() as session:
        browsers = [
            SignedInBrowser(
                row.digest.hex(),
                row.agent,
                row.network,
                row.created_at,
                row.last_seen_at or row.created_at,
                same(row.digest, digest(current)),
            )
            for row in session.scalars(query)
        ]
    return sorted(browsers, key=lambda browser: not browser.is_this)


def end_session(user_id: int, handle: str) -> bool:
    """End one of somebody's own sessions. False if they have none with this handle."""
    try:
        which = bytes.fromhex(handle)
    except ValueError:
        return False
    with transaction() as session:
        ended = session.connection().execute(
            delete(UserSession).where(UserSession.digest == which, UserSession.user_id == user_id)
        )
        if ended.rowcount == 1:
            audit.record(session, "session_ended", user_id=user_id)
        return ended.rowcount == 1


def end_sessions(user_id: int, *, but: str | None = None, actor: str = "") -> None:
    """Log somebody out everywhere, or everywhere but in the session with the value `but`.

    Args:
        actor: the name of who does it, where it is not themselves.
    """
    with transaction() as session:
        others = [UserSession.digest != digest(but)] if but else []
        session.execute(delete(UserSession).where(UserSession.user_id == user_id, *others))
        text = "Everywhere else" if but else ""
        audit.record(session, "signed_out_everywhere", user_id=user_id, actor=actor, text=text)
