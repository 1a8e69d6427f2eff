"""What people see of a client, changed by its owner; the change is remembered as from what to what."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.foundation.database import transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_profiles import lock_client
from portal.oauth.models import Client, ClientLogo

_MOST_CHARACTERS = 70
"""Of a value that an event quotes: all of them together fit into one."""


@dataclass(frozen=True)
class Branding:
    """How a client presents itself; addresses are web addresses or empty."""

    name: str
    description: str
    homepage_uri: str
    policy_uri: str
    tos_uri: str


_LABELS = {
    "name": "Name",
    "description": "Description",
    "homepage_uri": "Homepage",
    "policy_uri": "Privacy policy",
    "tos_uri": "Terms of service",
}


def edit_branding(
    owner_id: int,
    client_id: str,
    branding: Branding,
    *,
    actor: str,
    logo: ClientLogo | None = None,
    remove_logo: bool = False,
) -> bool:
    """Give a client this branding. True if that changed anything.

    Args:
        actor: the name of who does it.
        logo: a new one, re-encoded here; None leaves it as it is.
        remove_logo: whether to have none; a new one goes before.

    Raises:
        LookupError: there is no such client, or it is somebody else's.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        verified = client.verified_at is not None
        changes = [*_edit_texts(client, branding), *_edit_logo(session, client, logo, remove_logo)]
        if verified and client.verified_at is None:
            changes.append("No longer verified")
        if changes:
            note_edit(session, client.id, "edited", actor, "; ".join(changes))
    return bool(changes)


def _edit_texts(client: Client, branding: Branding) -> list[str]:
    changes = []
    for field, label in _LABELS.items():
        before, after = getattr(client, field), getattr(branding, field)
        if before != after:
            changes.append(f"{label}: {_quote(before)} → {_quote(after)}")
            setattr(client, field, after)
    return changes


def _edit_logo(session: Session, client: Client, logo: ClientLogo | None, remove: bool) -> list[str]:
    before = client.logo
    if logo is not None:
        if before and before.sha256 == logo.sha256:
            return []
        client.logo = None
        session.flush()  # the old row makes room: both have the client's key
        client.logo = logo
        return ["Logo changed" if before else "Logo added"]
    if remove and before:
        client.logo = None
        return ["Logo removed"]
    return []


def _quote(text: str) -> str:
    """A value in one line, or that there is none."""
    words = " ".join(text.split())
    return (words if len(words) <= _MOST_CHARACTERS else words[: _MOST_CHARACTERS - 1] + "…") or "none"
