"""Reading what happened to a client, for its owner: newest first, filtered, a page at a time."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from portal.foundation import clock
from portal.foundation.database import reading
from portal.oauth.client_events import FAILURE
from portal.oauth.event_models import ClientEvent
from portal.oauth.record_writing import DAY, FAILURE_DAYS

PAGE_SIZE = 50
Position = tuple[int, int]
"""Of an event in the list: when it was, and its id, since several may have happened in one second."""


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for; what is empty asks for all."""

    group: str = ""
    """`edits` or `failures`."""
    endpoint: str = ""
    cause: str = ""


@dataclass(frozen=True)
class Events:
    """Some events, the latest first, and from where the list goes on in either direction, if it does."""

    events: list[ClientEvent]
    newer: Position | None
    older: Position | None


@dataclass(frozen=True)
class FailureCount:
    """How many calls to an endpoint failed for one cause."""

    endpoint: str
    cause: str
    calls: int


def list_events(
    client_key: int, wanted: Wanted, *, newer_than: Position | None = None, older_than: Position | None = None
) -> Events:
    """A page of a client's events, with one query.

    Args:
        newer_than: the page just above this position.
        older_than: the page just below this position, unless `newer_than` is given; without both, the latest.
    """
    place = tuple_(ClientEvent.at, ClientEvent.id)
    query = select(ClientEvent).where(*_conditions(client_key, wanted)).limit(PAGE_SIZE + 1)
    if newer_than:
        query = query.where(place > newer_than).order_by(ClientEvent.at, ClientEvent.id)
    else:
        query = query.order_by(ClientEvent.at.desc(), ClientEvent.id.desc())
        if older_than:
            query = query.where(place < older_than)
    with reading() as session:
        found = list(session.scalars(query))
    more, events = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if newer_than:
        events.reverse()
    if not events:
        return Events([], None, None)
    first, last = ((event.at, event.id) for event in (events[0], events[-1]))
    goes_up, goes_down = (more, True) if newer_than else (older_than is not None, more)
    return Events(events, first if goes_up else None, last if goes_down else None)


def count_failures(client_key: int) -> list[FailureCount]:
    """Which failures a client has had in as many days as they are kept, the most frequent first."""
    calls = func.sum(ClientEvent.count)
    query = (
        select(ClientEvent.endpoint, ClientEvent.cause, calls)
        .where(*_conditions(client_key, Wanted("failures")))
        .group_by(ClientEvent.endpoint, ClientEvent.cause)
        .order_by(calls.desc(), ClientEvent.endpoint, ClientEvent.cause)
    )
    with reading() as session:
        return [FailureCount(endpoint, cause, int(number)) for endpoint, cause, number in session.execute(query)]


def _conditions(client_key: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    # Failures are purged now and then; nobody is shown one in between that is too old.
    recent = ClientEvent.at >= clock.now() - FAILURE_DAYS * DAY
    conditions = [ClientEvent.client_id == client_key]
    if wanted.group == "edits":
        conditions.append(ClientEvent.kind != FAILURE)
    elif wanted.group == "failures":
        conditions += [ClientEvent.kind == FAILURE, recent]
    else:
        conditions.append(or_(ClientEvent.kind != FAILURE, recent))
    if wanted.endpoint:
        conditions.append(ClientEvent.endpoint == wanted.endpoint)
    if wanted.cause:
        conditions.append(ClientEvent.cause == wanted.cause)
    return conditions
