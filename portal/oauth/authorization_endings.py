"""Ending one authorization: because its client asked for it, because a code or token was used twice, or by its user.

What the user did not do themselves, they are told: in the security log and by a letter, in the same transaction.
"""

from sqlalchemy import Row, exists, select, update
from sqlalchemy.orm import Session

from portal.foundation import audit, clock, mail
from portal.foundation.database import transaction
from portal.oauth.client_events import REUSES
from portal.oauth.models import Authorization, Client, users


def end_authorization(session: Session, row_id: int, reason: str) -> None:
    """End an authorization and every token from it, in the caller's transaction; nothing if it was ended before.

    Args:
        reason: why, for the log; one of `REUSES` is told to the user.
    """
    told = _party(session, row_id) if reason in REUSES else None
    ended = session.connection().execute(
        update(Authorization)
        .where(Authorization.id == row_id, Authorization.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_reason=reason)
    )
    if told is None or ended.rowcount == 0:
        return
    user_id, client_key, name = told
    audit.record(session, reason, user_id=user_id, client_id=client_key, app=name)
    mail.enqueue(session, "access_ended", user_id=user_id, client_key=str(client_key), app=name, reason=reason)


def _party(session: Session, row_id: int) -> Row[int, int, str] | None:
    """Whose authorization it is, and which client's.

    The user's row is locked before the authorization's, as the deletion of an account does: the letter refers to it.
    """
    query = (
        select(Authorization.user_id, Authorization.client_id, Client.name)
        .join(Client, Client.id == Authorization.client_id)
        .join(users, users.c.id == Authorization.user_id)
        .where(Authorization.id == row_id)
        .with_for_update(read=True, key_share=True, of=users)
    )
    return session.execute(query).one_or_none()


def end_session(user_id: int, client_key: int, row_id: int, *, actor: str = "") -> bool:
    """End one authorization of a user's: its code and tokens are dead at once, the consent stays.

    Args:
        actor: the name of who does it, where it is not the user.

    Returns:
        Whether it was this that ended it; it may have been ended before.

    Raises:
        LookupError: the user has no such authorization with this client.
    """
    whose = (
        Authorization.id == row_id,
        Authorization.user_id == user_id,
        Authorization.client_id == client_key,
    )
    with transaction() as session:
        ended = session.connection().execute(
            update(Authorization)
            .where(*whose, Authorization.revoked_at.is_(None))
            .values(revoked_at=clock.now(), revoked_reason="session_removed")
        )
        if ended.rowcount == 0:
            if not session.scalar(select(exists().where(*whose))):
                raise LookupError(row_id)
            return False
        name = select(Client.name).where(Client.id == client_key).scalar_subquery()
        audit.record(session, "app_session_ended", user_id=user_id, client_id=client_key, app=name, actor=actor)
    return True
