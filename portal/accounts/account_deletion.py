"""Deleting an account, and everything that is its holder's."""

from sqlalchemy import delete

from portal.accounts.email_links import end_links
from portal.accounts.models import EmailLink, User
from portal.foundation import audit
from portal.foundation.database import transaction
from portal.foundation.mail import enqueue


def delete_account(user_id: int, *, actor: str = "") -> None:
    """Delete an account. What refers to it goes with it, by the database's own foreign keys.

    Of the security log there stays what happened and when, but nothing that tells of whom.

    Args:
        actor: the name of who does it, where it is not its holder.
    """
    with transaction() as session:
        user = session.get(User, user_id)
        if user is None:
            return
        email = user.email
        session.expunge(user)
        if not actor:
            audit.record(session, "account_deleted", user_id=user_id)
        session.flush()
        audit.forget_person(session, user_id)
        if actor:
            audit.record(session, "account_deleted", user_id=user_id, actor=actor)
        session.execute(delete(User).where(User.id == user_id))
        end_links(session, EmailLink.email == email)
        enqueue(session, "account_deleted", recipient=email)
