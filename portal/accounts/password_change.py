"""Changing a password, which ends whatever the old one had opened."""

from sqlalchemy import delete, update

from portal.accounts.models import User, UserSession
from portal.accounts.passwords import hash_password
from portal.foundation.database import transaction


def change_password(user_id: int, password: str) -> None:
    """Set a password; every session, and every token that was allowed under the old one, is dead at once.

    Tokens follow through `credentials_version`, which each token check compares (RFC 9700 §4.14.2).
    """
    password_hash = hash_password(password)
    with transaction() as session:
        session.execute(
            update(User)
            .where(User.id == user_id)
            .values(password_hash=password_hash, credentials_version=User.credentials_version + 1)
        )
        session.execute(delete(UserSession).where(UserSession.user_id == user_id))
