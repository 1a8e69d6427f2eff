"""Reading what happened to a client, for its owner: newest first, filtered, a page at a time.

Edits are in the security log, those of before there was one among the calls that failed.
"""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_, union_all

from portal.foundation import clock
from portal.foundation.audit import IS_EDIT, SecurityEvent
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
class Event:
    """An edit, or calls that failed in one way in one hour: as `ClientEvent` describes it."""

    id: int
    at: int
    kind: str
    actor: str
    text: str
    reference: str
    origin: str
    endpoint: str
    cause: str
    sent: str
    count: int


_COLUMNS = tuple(field.name for field in fields(Event))


@dataclass(frozen=True)
class Events:
    """Some events, the latest first, and from where the list goes on in either direction, if it does."""

    events: list[Event]
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
    branches = [_of_calls_and_old_edits(client_key, wanted)]
    if not (wanted.group == "failures" or wanted.endpoint or wanted.cause):
        branches.append(_of_edits(client_key))
    # Each is a page by itself, read off its own index; the page is the first of both.
    pages = [select(_page(branch, newer_than, older_than).subquery()) for branch in branches]
    query = _page(select(union_all(*pages).subquery()), newer_than, older_than)
    with reading() as session:
        found = [Event(**row) for row in session.execute(query).mappings()]
    more, events = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if newer_than:
        events.reverse()
    if not events:
        return Events([], None, None)
    first, last = _place(events[0]), _place(events[-1])
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


def _place(event: Event) -> Position:
    return event.at, event.id


def _page(query: Select[Any], newer_than: Position | None, older_than: Position | None) -> Select[Any]:
    at, event_id = query.selected_columns.at, query.selected_columns.id
    if newer_than:
        query = query.where(tuple_(at, event_id) > newer_than).order_by(at, event_id)
    else:
        query = query.order_by(at.desc(), event_id.desc())
        if older_than:
            query = query.where(tuple_(at, event_id) < older_than)
    return query.limit(PAGE_SIZE + 1)


def _of_calls_and_old_edits(client_key: int, wanted: Wanted) -> Select[Any]:
    """Calls that failed, and the edits of before there was a security log."""
    columns = [getattr(ClientEvent, name) for name in _COLUMNS]
    return select(*columns).where(*_conditions(client_key, wanted))


def _of_edits(client_key: int) -> Select[Any]:
    """Edits alone: what users do with the app is in the log too, and is not its owner's to read."""
    else_where: dict[str, Any] = {"origin": SecurityEvent.network, "count": literal(1)}
    columns = [else_where.get(name, getattr(SecurityEvent, name, literal(""))).label(name) for name in _COLUMNS]
    return select(*columns).where(SecurityEvent.client_id == client_key, IS_EDIT)


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
