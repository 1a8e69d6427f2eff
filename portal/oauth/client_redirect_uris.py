"""The redirect URIs of a client that is registered: add one, remove one, and how often each was used."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.credentials import new_id
from portal.foundation.database import reading, transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_profiles import lock_client
from portal.oauth.event_models import ClientDay
from portal.oauth.models import Client, RedirectUri
from portal.oauth.record_writing import DAY
from portal.oauth.redirect_uris import fault_among, fault_of

COUNTED_DAYS = 30


class CannotBeAdded(ValueError):
    """The redirect URI may not be registered; the message says why and what would."""


class CannotBeRemoved(ValueError):
    """It is the client's only one (RFC 6749 §3.1.2.2)."""


def fault_in_adding(client: Client, uri: str, most: int) -> str | None:
    """Why `uri` may not be added to the client's redirect URIs, as a sentence that names the cure; None if it may.

    Args:
        most: how many a client may have.
    """
    registered = [row.uri for row in client.redirect_uris]
    if fault := fault_of(uri) or fault_among(uri, registered):
        return fault
    if len(registered) >= most:
        return (
            f"The app has {len(registered)} redirect URIs, and {most} are the most. Remove one that it no longer uses."
        )
    return None


def add_redirect_uri(owner_id: int, client_id: str, uri: str, *, actor: str, most: int) -> None:
    """Register a further redirect URI.

    Args:
        actor: the name of who does it.
        most: how many a client may have.

    Raises:
        CannotBeAdded: nothing was changed.
        LookupError: the owner has no such client.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        if fault := fault_in_adding(client, uri, most):
            raise CannotBeAdded(fault)
        position = max((row.position for row in client.redirect_uris), default=-1) + 1
        session.add(RedirectUri(id=new_id(), client_id=client.id, position=position, uri=uri, created_at=clock.now()))
        _note(session, client, actor, f"Added {uri}")


def remove_redirect_uri(owner_id: int, client_id: str, key: int, *, actor: str) -> str | None:
    """Remove a redirect URI, and return it; None if it is gone already. Requests that wait for an answer end.

    Args:
        key: of the redirect URI.
        actor: the name of who does it.

    Raises:
        CannotBeRemoved: nothing was changed.
        LookupError: the owner has no such client.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        row = next((row for row in client.redirect_uris if row.id == key), None)
        if row is None:
            return None
        if len(client.redirect_uris) == 1:
            raise CannotBeRemoved(row.uri)
        session.delete(row)
        _note(session, client, actor, f"Removed {row.uri}")
        return row.uri


def _note(session: Session, client: Client, actor: str, text: str) -> None:
    note_edit(session, client.id, "redirect_uri", actor, text)


def count_redirects(client_key: int) -> dict[int, int]:
    """How often people were sent to each redirect URI in 30 days, by its key; to those that were removed as well."""
    query = (
        select(ClientDay.detail, func.sum(ClientDay.count))
        .where(
            ClientDay.client_id == client_key,
            ClientDay.what == "redirected",
            ClientDay.day > clock.now() // DAY - COUNTED_DAYS,
        )
        .group_by(ClientDay.detail)
    )
    with reading() as session:
        return {int(key): int(count) for key, count in session.execute(query)}
