"""Clients that came by themselves and that nobody allows: removed, so that strangers cannot fill the table."""

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from portal.oauth.models import Client, Consent, PendingRequest

MOST_AT_ONCE = 100


def remove_unused(session: Session, *conditions: ColumnElement[bool]) -> None:
    """Delete some of the clients that meet the conditions, unless somebody allows them or is being asked to.

    In the caller's transaction; skips what others hold, so it never waits and no two can wait for each other.

    Args:
        conditions: which ones, by origin and age.
    """
    unused = (
        select(Client.id)
        .where(
            *conditions,
            Client.owner_id.is_(None),  # a claimed one is its owner's
            ~exists().where(Consent.client_id == Client.id),
            ~exists().where(PendingRequest.client_id == Client.id),
        )
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(Client).where(Client.id.in_(unused)), execution_options={"synchronize_session": False})
