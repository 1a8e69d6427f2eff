"""A confidential client's secrets: a new one beside the old, so that it can be replaced without an outage.

The old one stops at a time that the client's owner states. Only digests are stored; the caller shows the secret once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading, transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_profiles import lock_client, new_secret
from portal.oauth.clients import mint_secret
from portal.oauth.models import Client, ClientSecret
from portal.oauth.spent_forms import spend_form

MOST_LIVE = 2
UNUSED_SECONDS = 7 * 86400
"""After which a secret that nothing uses may well be retired, if there is another."""


class NoSecrets(Exception):
    """A public client has none (RFC 6749 §2.1)."""


class TooManyLive(Exception):
    """Two secrets are live already.

    Args:
        last_fours: of those, the oldest first.
    """

    def __init__(self, last_fours: list[str]) -> None:
        super().__init__(last_fours)
        self.last_fours = last_fours


class AlreadyMade(Exception):
    """This copy of the form has made a secret before."""


class ChangedSince(Exception):
    """The secrets are not those any more that the form was about."""


@dataclass(frozen=True)
class NewSecret:
    """A new secret: the only time that it is known."""

    secret: str
    replaced: str | None
    """The last four characters of the one before it, if there was one."""
    stops_at: int | None
    """When that one stops, in seconds since the epoch; None if it did so at once."""


def live_secrets(client: Client) -> list[ClientSecret]:
    """A client's secrets that still open something, the oldest first."""
    now = clock.now()
    live = [secret for secret in client.secrets if secret.expires_at is None or secret.expires_at > now]
    return sorted(live, key=lambda secret: (secret.created_at, secret.expires_at is None))  # one second may make two


def idle_seconds(secret: ClientSecret) -> int:
    """For how long nothing has used a secret; since it was made, if nothing ever did."""
    return clock.now() - (secret.last_used_at or secret.created_at)


def safe_to_retire(secret: ClientSecret, live: list[ClientSecret]) -> bool:
    """Whether nothing has used a secret for so long that it may go, as there is another."""
    return len(live) > 1 and idle_seconds(secret) >= UNUSED_SECONDS


def latest_change(client_key: int) -> int:
    """Which change to a client's secrets is the latest; a form says which one it has seen. 0 if there was none."""
    with reading() as session:
        return _latest_change(session, client_key)


def _latest_change(session: Session, client_key: int) -> int:
    # By its second, and among how many: the log forgets old ones, so that a number alone could come back.
    of_secrets = SecurityEvent.client_id == client_key, SecurityEvent.kind == "secret"
    number, at = session.execute(select(func.count(), func.max(SecurityEvent.at)).where(*of_secrets)).one()
    return int(at) * 2**20 + number % 2**20 if number else 0


def rotate_secret(
    owner_id: int, client_id: str, *, actor: str, stops_after: int, form_token: str, seen: int
) -> NewSecret:
    """Make a new secret; the one before it, if there is one, stops later, or at once.

    Args:
        actor: the name of who does it.
        stops_after: seconds until the old one stops; it never lives longer than was stated before.
        form_token: what makes this copy of the form different from every other.
        seen: the `latest_change` that the form was about.

    Raises:
        LookupError: the owner has no such client.
        NoSecrets, AlreadyMade, ChangedSince, TooManyLive: nothing was changed.
    """
    secret, now = mint_secret(), clock.now()
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        if client.type != "confidential":
            raise NoSecrets
        if not spend_form(session, form_token):
            raise AlreadyMade
        if _latest_change(session, client.id) != seen:
            raise ChangedSince
        live = live_secrets(client)
        if len(live) >= MOST_LIVE:
            raise TooManyLive([old.last_four for old in live])
        session.execute(delete(ClientSecret).where(ClientSecret.client_id == client.id, ClientSecret.expires_at <= now))
        old = live[0] if live else None
        stops_at = None
        if old and stops_after > 0:
            stops_at = min(now + stops_after, old.expires_at or now + stops_after)
            old.expires_at = stops_at
        elif old:
            session.execute(delete(ClientSecret).where(ClientSecret.id == old.id))
        made = new_secret(secret, now)
        made.client_id = client.id
        session.add(made)
        note_edit(session, client.id, "secret", actor, _tell(made, old, stops_at))
    return NewSecret(secret, old.last_four if old else None, stops_at)


def _tell(made: ClientSecret, old: ClientSecret | None, stops_at: int | None) -> str:
    if old is None:
        return f"Made cf_cs_…{made.last_four}"
    if stops_at is None:
        return f"Made cf_cs_…{made.last_four}; cf_cs_…{old.last_four} stopped at once"
    moment = datetime.fromtimestamp(stops_at, UTC)
    return f"Made cf_cs_…{made.last_four}; cf_cs_…{old.last_four} stops on {moment:%d %b %Y, %H:%M} UTC"


def revoke_secret(owner_id: int, client_id: str, secret_key: int, *, actor: str) -> tuple[str, int]:
    """End a secret at once; tokens that were issued stay good.

    Args:
        actor: the name of who does it.

    Returns:
        Its last four characters, and how many live ones are left.

    Raises:
        LookupError: the owner has no such client, or that has no such secret (any more).
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        live = {secret.id: secret for secret in live_secrets(client)}
        if secret_key not in live:
            raise LookupError(secret_key)
        last_four = live[secret_key].last_four
        session.execute(delete(ClientSecret).where(ClientSecret.id == secret_key))
        note_edit(session, client.id, "secret", actor, f"Revoked cf_cs_…{last_four}; it stopped at once")
    return last_four, len(live) - 1
