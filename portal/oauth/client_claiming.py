"""Claiming a client that registered itself (RFC 7591): who holds its registration access token becomes its owner."""

from sqlalchemy import func, select

from portal.foundation.credentials import digest, same
from portal.foundation.database import transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_profiles import TooManyClients, owned_by
from portal.oauth.clients import is_client_id
from portal.oauth.models import Client, users


def claim_client(owner_id: int, client_id: str, token: str, *, most: int, actor: str) -> str:
    """Make somebody the owner of a client that has none, and return its name.

    The token is spent with it: from now on the client is managed in one place, by its owner, not by RFC 7592 too.

    Args:
        token: the registration access token (RFC 7592 §3).
        most: how many clients an owner may have.
        actor: the name of the owner to be.

    Raises:
        LookupError: there is no such client without an owner, or the token is not its own; which of them is not said.
        TooManyClients: the owner has as many as are allowed.
    """
    if not is_client_id(client_id):
        raise LookupError(client_id)
    with transaction() as session:
        session.execute(select(users.c.id).where(users.c.id == owner_id).with_for_update())
        query = select(Client).where(Client.client_id == client_id, Client.owner_id.is_(None)).with_for_update()
        client = session.scalars(query).one_or_none()
        if client is None or not same(digest(token), client.registration_token_digest):
            raise LookupError(client_id)
        if (session.scalar(select(func.count()).where(owned_by(owner_id))) or 0) >= most:
            raise TooManyClients
        client.owner_id = owner_id
        client.registration_token_digest = None
        client.verified_at = None  # another maker
        note_edit(session, client.id, "registered", actor, "Claimed: it had registered itself")
        return client.name
