"""Signed-in browsers, kept on the server: signing out ends one for good, whoever kept a copy of its cookie."""

import secrets

from flask_login import UserMixin
from sqlalchemy import delete, select

from portal.accounts.models import User, UserSession
from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import digest
from portal.foundation.database import reading, transaction


class SignedInUser(UserMixin):
    """Who is signed in, for Flask-Login: known by the session's random value, not by the user's key."""

    def __init__(self, session_value: str, user: User, signed_in_at: int) -> None:
        self._session_value = session_value
        self.signed_in_at = signed_in_at
        self.user_id = user.id
        self.name = user.name
        self.email = user.email

    def get_id(self) -> str:
        """What the signed cookie carries; new at each sign-in."""
        return self._session_value


def open_session(user_id: int) -> str:
    """Sign a browser in and return the value for its cookie."""
    value, now = secrets.token_urlsafe(32), clock.now()
    with transaction() as session:
        session.execute(delete(UserSession).where(UserSession.expires_at <= now))
        session.add(
            UserSession(
                digest=digest(value),
                user_id=user_id,
                created_at=now,
                expires_at=now + current_settings().session_seconds,
            )
        )
    return value


def find_signed_in(value: str) -> SignedInUser | None:
    """Whose session this is, if it still is one."""
    query = (
        select(User, UserSession.created_at)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.digest == digest(value),
            UserSession.expires_at > clock.now(),
            User.disabled_at.is_(None),
        )
    )
    with reading() as session:
        found = session.execute(query).one_or_none()
    return SignedInUser(value, found.User, found.created_at) if found else None


def close_session(value: str) -> None:
    """Sign a browser out."""
    with transaction() as session:
        session.execute(delete(UserSession).where(UserSession.digest == digest(value)))
