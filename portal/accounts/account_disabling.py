"""Taking an account out of use, and giving it back: an operator's, and undone without a trace but in the log."""

from sqlalchemy import delete, update

from portal.accounts.models import User, UserSession
from portal.foundation import audit, clock
from portal.foundation.database import transaction


def disable_account(user_id: int, *, actor: str) -> bool:
    """Let its holder log in no more, and refuse every token for it, from now on: the token check reads the same column.

    Args:
        actor: the name of who does it.

    Returns:
        False if it was disabled before, or there is none.
    """
    with transaction() as session:
        disabled = session.connection().execute(
            update(User).where(User.id == user_id, User.disabled_at.is_(None)).values(disabled_at=clock.now())
        )
        if disabled.rowcount == 0:
            return False
        session.execute(delete(UserSession).where(UserSession.user_id == user_id))
        audit.record(session, "account_disabled", user_id=user_id, actor=actor)
    return True


def enable_account(user_id: int, *, actor: str) -> bool:
    """Let its holder log in again; tokens that have not expired meanwhile are good as before.

    Args:
        actor: the name of who does it.

    Returns:
        False if it was not disabled, or there is none.
    """
    with transaction() as session:
        enabled = session.connection().execute(
            update(User).where(User.id == user_id, User.disabled_at.is_not(None)).values(disabled_at=None)
        )
        if enabled.rowcount == 1:
            audit.record(session, "account_enabled", user_id=user_id, actor=actor)
    return enabled.rowcount == 1
