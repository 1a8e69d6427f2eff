"""Whether an authorization still stands, for what was begun with one of its tokens and goes on without it."""

from sqlalchemy import select

from portal.foundation.database import reading_connection
from portal.oauth.models import Authorization, Client, users
from portal.oauth.scopes import parse


def authorization_stands(authorization_id: int, scope: str) -> bool:
    """Whether its user has neither taken it back nor that scope out of it, and both accounts are in order.

    An authorization that has merely expired still stands: nobody has withdrawn it.
    """
    statement = (
        select(Authorization.scope)
        .join(Client, Client.id == Authorization.client_id)
        .join(users, users.c.id == Authorization.user_id)
        .where(
            Authorization.id == authorization_id,
            Authorization.revoked_at.is_(None),
            Client.suspended_at.is_(None),
            users.c.disabled_at.is_(None),
            users.c.credentials_version == Authorization.credentials_version,
        )
    )
    with reading_connection() as connection:
        allowed = connection.execute(statement).scalar_one_or_none()
    return allowed is not None and scope in parse(allowed)
