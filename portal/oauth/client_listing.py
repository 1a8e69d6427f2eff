"""An owner's clients, a page at a time, each with what its owner should know at a glance; two queries for any number.

What each client did is read from the counts by day, so nobody who lists clients reads tokens.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, or_, select
from sqlalchemy.orm import contains_eager

from portal.foundation import clock
from portal.foundation.database import reading
from portal.oauth.client_profiles import owned_by
from portal.oauth.event_models import ClientDay
from portal.oauth.models import Client, ClientLogo, ClientSecret, Consent, RedirectUri
from portal.oauth.record_writing import DAY

PER_PAGE = 20
RETIRING_SECONDS = 7 * DAY
"""How long before a secret expires its owner is told."""
FAILING_DAYS = 2
FAILING_SHARE = 0.05
"""Of refreshes: below it they are the ordinary ones of users who took access back."""
_ACTIVITY = ("allowed", "exchanged", "refreshed")


@dataclass(frozen=True)
class ListedClient:
    """A client, and how it fares."""

    client: Client
    """With its logo's name; without its secrets and redirect URIs."""
    users: int
    """How many people have allowed it."""
    last_active_day: int | None
    """Days since the epoch; None if nothing happened for as long as counts are kept."""
    retiring_at: int | None
    """When the next secret expires, if that is soon."""
    failed_refreshes: int
    """In the last two days."""
    refreshes: int
    """Those that succeeded in the same time."""

    @property
    def failing(self) -> bool:
        """Whether more refreshes fail than ordinarily do."""
        return self.failed_refreshes > FAILING_SHARE * (self.failed_refreshes + self.refreshes)


@dataclass(frozen=True)
class Listing:
    """One page of what was found."""

    clients: list[ListedClient]
    owned: int
    """How many there are in all."""
    found: int
    page: int
    """From 1; the last one if a later one was asked for."""
    pages: int


def list_page(owner_id: int, *, search: str = "", page: int = 1) -> Listing:
    """List an owner's clients, the latest first.

    Args:
        search: part of a name, a description, a client ID or a redirect URI, in any case; empty finds all.
        page: from 1.
    """
    finds = _finds(search)
    count = select(func.count(), func.count().filter(finds)).where(owned_by(owner_id))
    with reading() as session:
        owned, found = session.execute(count).one()
        pages = max(1, -(-found // PER_PAGE))
        page = min(max(1, page), pages)
        query = _with_figures().where(owned_by(owner_id), finds).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
        clients = [ListedClient(*row) for row in session.execute(query)]
    return Listing(clients, owned, found, page, pages)


def _finds(search: str) -> ColumnElement[bool]:
    redirect_uri = select(RedirectUri.id).where(
        RedirectUri.client_id == Client.id, RedirectUri.uri.icontains(search, autoescape=True)
    )
    texts = (Client.name, Client.description, Client.client_id)
    return or_(*(text.icontains(search, autoescape=True) for text in texts), redirect_uri.exists())


def _with_figures() -> Select[Client, int, int | None, int | None, int, int]:
    now = clock.now()
    users = select(func.count()).where(Consent.client_id == Client.id)
    last_active = select(func.max(ClientDay.day)).where(ClientDay.client_id == Client.id, ClientDay.what.in_(_ACTIVITY))
    retiring = select(func.min(ClientSecret.expires_at)).where(
        ClientSecret.client_id == Client.id, ClientSecret.expires_at.between(now + 1, now + RETIRING_SECONDS)
    )
    return (
        select(
            Client,
            users.scalar_subquery(),
            last_active.scalar_subquery(),
            retiring.scalar_subquery(),
            _lately("failed", ClientDay.detail.startswith("refresh ")),
            _lately("refreshed"),
        )
        .outerjoin(Client.logo)
        .options(contains_eager(Client.logo).load_only(ClientLogo.sha256))
        .order_by(Client.created_at.desc(), Client.name, Client.id)
    )


def _lately(what: str, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """How often this happened today and yesterday."""
    return (
        select(cast(func.coalesce(func.sum(ClientDay.count), 0), BigInteger))  # PostgreSQL adds up to a numeric
        .where(
            ClientDay.client_id == Client.id,
            ClientDay.day > clock.now() // DAY - FAILING_DAYS,
            ClientDay.what == what,
            *conditions,
        )
        .scalar_subquery()
    )
