"""What a client may ask for, and what it runs as: changed by its owner, and remembered with what it was before.

Nobody's consent changes with it: what a user has allowed stays allowed until it ends.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.foundation.database import transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_kinds import KINDS
from portal.oauth.client_profiles import lock_client
from portal.oauth.models import Client
from portal.oauth.scopes import SCOPES, parse, write

NOT_ASKED, REQUIRED, OPTIONAL = "not asked", "required", "optional"


def use_of_scopes(client: Client) -> dict[str, str]:
    """How the client may use each scope: not at all, required, or optional for the user."""
    scope, optional = parse(client.scope), parse(client.optional_scope)
    return {name: OPTIONAL if name in scope & optional else REQUIRED if name in scope else NOT_ASKED for name in SCOPES}


def change_requests(
    owner_id: int, client_id: str, *, uses: dict[str, str], require_pkce: bool, actor: str
) -> list[str]:
    """Change what authorization requests may ask for and must carry; returns each change in words.

    Args:
        uses: for every scope, how the client may use it.
        require_pkce: of confidential clients; a public one's always do (RFC 7636, RFC 9700 §2.1.1).
        actor: the name of who does it.

    Raises:
        LookupError: the owner has no such client.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        before = use_of_scopes(client)
        changes = [f"{name} was {before[name]}, is {use}" for name, use in uses.items() if use != before[name]]
        scope = frozenset(name for name, use in uses.items() if use != NOT_ASKED)
        client.scope = write(scope)
        client.optional_scope = write(frozenset(name for name, use in uses.items() if use == OPTIONAL))
        client.default_scope = write(parse(client.default_scope) & scope)
        if client.type == "confidential" and client.require_pkce != require_pkce:
            client.require_pkce = require_pkce
            changes.append("PKCE was optional, is required" if require_pkce else "PKCE was required, is optional")
        if changes:
            note_edit(session, client.id, "edited", actor, "; ".join(changes))
    return changes


@dataclass(frozen=True)
class KindChange:
    """What came with another kind."""

    new_type: str | None
    """None if the type is as it was."""
    secrets_deleted: int = 0


def change_kind(owner_id: int, client_id: str, kind: str, *, actor: str) -> KindChange | None:
    """Change what a client runs as, and with it its type; None if nothing was changed.

    A client that becomes public loses its secrets. One that becomes confidential has none until its owner makes one,
    and its requests still need PKCE, as they did.

    Args:
        kind: one of KINDS.
        actor: the name of who does it.

    Raises:
        LookupError: the owner has no such client.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        if client.kind == kind:
            return None
        before, after = KINDS[client.kind], KINDS[kind]
        text = f"Kind was {before.label} ({before.type}), is {after.label} ({after.type})"
        note_edit(session, client.id, "edited", actor, text)
        client.kind = kind
        if client.type == after.type:
            return KindChange(None)
        client.type = after.type
        if after.type == "confidential":
            client.require_pkce = True
        return KindChange(after.type, _delete_secrets(session, client, actor) if after.type == "public" else 0)


def _delete_secrets(session: Session, client: Client, actor: str) -> int:
    deleted = [f"cf_cs_…{secret.last_four}" for secret in client.secrets]
    client.secrets.clear()
    if deleted:
        note_edit(session, client.id, "secret", actor, f"Deleted {', '.join(deleted)}: a public app has no secret")
    return len(deleted)
