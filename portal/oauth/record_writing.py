"""How the recorder's notes become rows, in the recorder's transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.foundation.credentials import digest, new_id
from portal.foundation.database import insert_or_add
from portal.oauth.client_events import FAILURE
from portal.oauth.event_models import ClientDay, ClientEvent
from portal.oauth.models import Client, ClientSecret

DAY, HOUR = 86400, 3600
MOST_OF_NETWORK, MOST_OF_CAUSE = 50, 250
"""Rows that one client has at most, of an endpoint and cause: from one network, and in all."""
SEVERAL = "several networks"
"""The origin of failures that are no longer told apart."""
FAILURE_DAYS, COUNT_DAYS = 30, 90
"""How long failures and counts are kept."""


@dataclass(frozen=True)
class Failure:
    """A call that failed. Equal ones are one."""

    client_id: str
    """The identifier that the call named, which need not exist."""
    endpoint: str
    """`authorize`, `token`, `refresh`, `revoke` or `introspect`."""
    cause: str
    """One of `client_events.CAUSES`."""
    text: str
    """The public description."""
    origin: str = ""
    """The caller's address; only its network is kept."""
    sent: str = ""
    """The redirect URI that was sent, if it is the cause."""


@dataclass
class Repeats:
    count: int = 0
    at: int = 0
    reference: str = ""


def write_notes(
    session: Session,
    counts: Counter[tuple[int, int, str, str]],
    failures: Mapping[Failure, Repeats],
    used: Mapping[int, tuple[int, str]],
) -> set[str]:
    """Write notes of clients that still exist; returns the identifiers of those that failed and have an owner.

    Args:
        counts: by client's key, day, what and detail.
        failures: of clients by their identifiers; those that nobody owns are left out, as nobody could look.
        used: when and from which network secrets were used last, by the secret's key.
    """
    keys = _keys_of(session, {failure.client_id for failure in failures})
    by_client: dict[int, dict[Failure, Repeats]] = {}
    for failure, repeats in failures.items():
        if (key := keys.get(failure.client_id)) is not None:
            by_client.setdefault(key, {})[failure] = repeats
            counts[key, repeats.at // DAY, "failed", f"{failure.endpoint} {failure.cause}"] += repeats.count
    _write_counts(session, counts)
    for key, its_failures in by_client.items():
        _write_failures(session, key, its_failures)
    for key, (at, origin) in sorted(used.items()):
        session.execute(
            update(ClientSecret).where(ClientSecret.id == key).values(last_used_at=at, last_used_from=origin)
        )
    return set(keys)


def _keys_of(session: Session, identifiers: Iterable[str]) -> dict[str, int]:
    query = select(Client.client_id, Client.id).where(Client.client_id.in_(identifiers), Client.owner_id.is_not(None))
    # Locked against deletion, since rows that refer to them follow.
    return {row.client_id: row.id for row in session.execute(query.with_for_update(read=True, key_share=True))}


def _write_counts(session: Session, counts: Counter[tuple[int, int, str, str]]) -> None:
    query = select(Client.id).where(Client.id.in_({key for key, *_ in counts}))
    exist = set(session.scalars(query.with_for_update(read=True, key_share=True)))
    rows = [
        {"client_id": key, "day": day, "what": what, "detail": detail, "count": count}
        for (key, day, what, detail), count in sorted(counts.items())  # in one order, so that no two writers deadlock
        if key in exist
    ]
    insert_or_add(session, ClientDay, rows, unique=("client_id", "day", "what", "detail"))


def _write_failures(session: Session, client_key: int, failures: Mapping[Failure, Repeats]) -> None:
    rows = [_row(client_key, failure, repeats) for failure, repeats in failures.items()]
    rows.sort(key=lambda row: str(row["fingerprint"]))  # in one order, so that no two writers deadlock
    insert_or_add(session, ClientEvent, rows, unique=("client_id", "fingerprint"), newest="at reference")
    kind = ClientEvent.endpoint, ClientEvent.cause
    _trim(session, client_key, MOST_OF_NETWORK, *kind, ClientEvent.origin)
    _trim(session, client_key, MOST_OF_CAUSE, *kind)


def _trim(session: Session, client_key: int, most: int, *alike: InstrumentedAttribute[str]) -> None:
    """Delete a client's oldest failures of those that are alike: no sort of them can push out another."""
    place = func.row_number().over(partition_by=alike, order_by=ClientEvent.at.desc())
    ranked = select(ClientEvent.id, place.label("place")).where(
        ClientEvent.client_id == client_key, ClientEvent.kind == FAILURE
    )
    places = ranked.subquery()
    surplus = select(places.c.id).where(places.c.place > most)
    session.execute(delete(ClientEvent).where(ClientEvent.id.in_(surplus)))


def _row(client_key: int, failure: Failure, repeats: Repeats) -> dict[str, object]:
    told_apart_by = failure.endpoint, failure.cause, failure.text, failure.origin, failure.sent
    return {
        "id": new_id(),
        "client_id": client_key,
        "at": repeats.at,
        "kind": FAILURE,
        "actor": "",
        "text": failure.text[:1000],
        "endpoint": failure.endpoint,
        "cause": failure.cause,
        "sent": failure.sent[:2000],
        "origin": failure.origin,
        "reference": repeats.reference,
        "count": repeats.count,
        "fingerprint": digest("\0".join([*told_apart_by, str(repeats.at // HOUR)])),
    }
