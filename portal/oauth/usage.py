"""Reading how a client is used, for its owner: by day, for as many days as counts are kept."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.database import reading
from portal.oauth.event_models import ClientDay
from portal.oauth.models import Authorization, Consent
from portal.oauth.record_writing import COUNT_DAYS, DAY

Series = tuple[int, ...]
"""A number for each day, the earliest first."""


@dataclass(frozen=True)
class Usage:
    """A client's numbers for each of the last days, in UTC. Today's go on growing."""

    days: Series
    """Days since the epoch; the last is today."""
    users: Series
    """How many people allowed the client at the end of each day."""
    allowed: Series
    denied: Series
    active: Series
    """Authorizations whose tokens were live at the end of each day; today's are live now."""
    exchanged: Series
    refreshed: Series
    failures: dict[str, Series]
    """Calls that failed, by cause, the most frequent first."""

    @property
    def failed(self) -> Series:
        """All calls that failed."""
        return tuple(map(sum, zip(*self.failures.values(), strict=True))) or (0,) * len(self.days)

    @property
    def succeeded(self) -> Series:
        """The calls that are held against those that failed."""
        return tuple(map(sum, zip(self.allowed, self.exchanged, self.refreshed, strict=True)))

    @property
    def is_empty(self) -> bool:
        """Whether nobody has used the client so far, nor tried to."""
        counted = (self.users, self.allowed, self.denied, self.active, self.exchanged, self.refreshed, self.failed)
        return not any(map(any, counted))


def read_usage(client_key: int) -> Usage:
    """Look up a client's numbers, with three queries."""
    today = clock.now() // DAY
    days = tuple(range(today - COUNT_DAYS + 1, today + 1))
    with reading() as session:
        counts, failures = _counts(session, client_key, days)
        users = session.scalar(select(func.count()).where(Consent.client_id == client_key)) or 0
        active = _active(session, client_key, days)

    def rank(cause: str) -> tuple[int, str]:
        return -failures[cause].total(), cause

    return Usage(
        days=days,
        users=_running_back(users, counts["joined"], counts["left"], days),
        active=active,
        failures={cause: _series(failures[cause], days) for cause in sorted(failures, key=rank)},
        **{what: _series(counts[what], days) for what in ("allowed", "denied", "exchanged", "refreshed")},
    )


def _counts(session: Session, client_key: int, days: Series) -> tuple[dict[str, Counter[int]], dict[str, Counter[int]]]:
    """What was counted, and of the failures each cause, by day."""
    query = select(ClientDay.day, ClientDay.what, ClientDay.detail, ClientDay.count).where(
        ClientDay.client_id == client_key, ClientDay.day >= days[0], ClientDay.what != "redirected"
    )
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    failures: dict[str, Counter[int]] = defaultdict(Counter)
    for day, what, detail, count in session.execute(query):
        if what == "failed":
            failures[detail.partition(" ")[2]][day] += count
        else:
            counts[what][day] += count
    return counts, failures


def _active(session: Session, client_key: int, days: Series) -> Series:
    """How many authorizations had begun by each day and not ended; one ends when it is revoked or cannot be renewed."""
    end = case(
        (Authorization.revoked_at < Authorization.refresh_expires_at, Authorization.revoked_at),
        else_=Authorization.refresh_expires_at,
    )
    # Until now, not until midnight: what ends later today is live.
    first_second, ended = days[0] * DAY, case((end <= clock.now(), end // DAY))
    begun = Authorization.code_used_at // DAY
    query = (
        select(begun, ended, func.count())
        .where(Authorization.client_id == client_key, Authorization.code_used_at.is_not(None), end >= first_second)
        .group_by(begun, ended)
    )
    change: Counter[int] = Counter()
    for begin, finish, count in session.execute(query):
        change[max(begin, days[0])] += count
        if finish is not None:
            change[finish] -= count
    return tuple(accumulate(_series(change, days)))


def _running_back(total: int, added: Counter[int], removed: Counter[int], days: Series) -> Series:
    """What a total was at the end of each day, from what it is now and how it changed."""
    totals = [total]
    for day in reversed(days[1:]):
        totals.append(max(0, totals[-1] - added[day] + removed[day]))
    return tuple(reversed(totals))


def _series(by_day: Counter[int], days: Series) -> Series:
    return tuple(by_day[day] for day in days)
