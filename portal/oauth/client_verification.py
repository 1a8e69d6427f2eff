"""An operator's word that a client's maker is who they say; the consent screen shows it."""

from sqlalchemy import select

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.oauth.client_events import note_edit
from portal.oauth.models import Client


def verify_client(client_id: str, *, verified: bool) -> str:
    """Say that a client's maker is verified, or no longer is; returns the client's name.

    Raises:
        LookupError: there is no such client.
    """
    with transaction() as session:
        client = session.scalars(select(Client).filter_by(client_id=client_id).with_for_update()).one_or_none()
        if client is None:
            raise LookupError(client_id)
        if (client.verified_at is not None) != verified:
            client.verified_at = clock.now() if verified else None
            text = "has verified who makes it" if verified else "has taken its verification back"
            note_edit(session, client.id, "edited", "", f"ContextFile {text}")
        return client.name
