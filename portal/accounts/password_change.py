"""Changing a password, which ends whatever the old one had opened."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.accounts.email_links import end_links
from portal.accounts.models import EmailLink, User, UserSession
from portal.accounts.passwords import hash_password
from portal.foundation import audit
from portal.foundation.circumstances import circumstances
from portal.foundation.database import transaction
from portal.foundation.mail import enqueue


class ChangedMeanwhile(Exception):
    """The password was changed since whoever asks has logged in: what they ask for has no ground any more."""


def change_password(user_id: int, password: str, *, version: int | None = None) -> None:
    """Set a password; every session, and every token that was allowed under the old one, is dead at once.

    Tokens follow through `credentials_version`, which each token check compares (RFC 9700 §4.14.2).

    Args:
        version: of the credentials that whoever asks has logged in with: making the hash takes long enough for
            somebody else's change to come first, and that one must stand. None for an operator.

    Raises:
        ChangedMeanwhile: nothing was changed.
    """
    password_hash = hash_password(password)
    with transaction() as session:
        if version is not None and not is_current(session, user_id, version):
            raise ChangedMeanwhile
        set_password(session, user_id, password_hash)


def is_current(session: Session, user_id: int, version: int) -> bool:
    """Whether an account's credentials are still those; they stay so until the caller's transaction ends."""
    query = select(User.id).where(User.id == user_id, User.credentials_version == version)
    return session.scalar(query.with_for_update(key_share=True)) is not None


def set_password(session: Session, user_id: int, password_hash: str) -> None:
    """The same in a caller's transaction, which holds a write lock: so the hash has been made before."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    end_all_that_was_open(session, user_id)
    audit.record(session, "password_changed", user_id=user_id)
    enqueue(session, "password_changed", user_id=user_id, **circumstances())


def end_all_that_was_open(session: Session, user_id: int) -> None:
    """End sessions, tokens, and the links that were sent; the ones that undo a change of address stay good."""
    session.execute(update(User).where(User.id == user_id).values(credentials_version=User.credentials_version + 1))
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))
    end_links(session, EmailLink.user_id == user_id, EmailLink.purpose.in_(("reset", "change")))
