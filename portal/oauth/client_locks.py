"""In which order rows are locked: the user first, then the client, then what belongs to either.

Whoever ends a client, or everybody's access to it, holds its row (`client_profiles.lock_client`); whoever adds to it
or takes from it for one user shares the row. So an approval comes before such an end, and is ended with the rest, or
after it; and no two of them wait for each other.
"""

from sqlalchemy import Row, ScalarSelect, select
from sqlalchemy.orm import Session

from portal.oauth.models import Client, PendingRequest, users


def share_client(session: Session, client_key: int | ScalarSelect[int]) -> Row[int, int | None, str] | None:
    """Keep a client from being ended until the caller's transaction is over.

    Args:
        client_key: its key, or a subquery that finds it.

    Returns:
        Its key, since when it is suspended, and its name; None if it does not exist (any more).
    """
    query = select(Client.id, Client.suspended_at, Client.name).where(Client.id == client_key)
    return session.execute(query.with_for_update(read=True, key_share=True)).one_or_none()


def share_user(session: Session, user_id: int) -> None:
    """Keep an account from being deleted until the caller's transaction is over: what it adds refers to it."""
    query = select(users.c.id).where(users.c.id == user_id)
    session.execute(query.with_for_update(read=True, key_share=True))


def client_of_pending(pending_id: int) -> ScalarSelect[int]:
    """The subquery that finds the client of a held authorization request."""
    return select(PendingRequest.client_id).where(PendingRequest.id == pending_id).scalar_subquery()
