"""Which of this room's rows nobody needs any more."""

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.purging import Dead
from portal.oauth.authorization import KEPT_SECONDS
from portal.oauth.client_documents import UNUSED_SECONDS
from portal.oauth.client_events import FAILURE
from portal.oauth.event_models import ClientDay, ClientEvent
from portal.oauth.models import Authorization, Client, ClientSecret, Consent, PendingRequest, SpentForm
from portal.oauth.record_writing import COUNT_DAYS, DAY, FAILURE_DAYS
from portal.oauth.spent_forms import KEPT_SECONDS as FORMS_KEPT_SECONDS


def list_dead() -> list[Dead]:
    """Everything that has expired or ended, each as long after that as something still asks for it."""
    now = clock.now()
    return [
        Dead("unanswered requests", PendingRequest, PendingRequest.expires_at, before=now - KEPT_SECONDS + 1),
        Dead("spent forms", SpentForm, SpentForm.spent_at, before=now - FORMS_KEPT_SECONDS),
        Dead("client secrets", ClientSecret, ClientSecret.expires_at, before=now + 1),
        _authorizations(now),
        *_clients(now),
        Dead(
            "failed calls",
            ClientEvent,
            ClientEvent.at,
            before=now - FAILURE_DAYS * DAY,
            where=ClientEvent.kind == FAILURE,
        ),
        Dead("counts by day", ClientDay, ClientDay.day, before=now // DAY - COUNT_DAYS),
    ]


def _authorizations(now: int) -> Dead:
    """Those of which no code or token has worked for ENDED_ACCESS_DAYS.

    Refreshing moves their end, and must touch no index; so the order is that of their beginning, which is before it.
    Of each client that is still allowed the latest stays: the user is told when it was last used.
    """
    long_ago = now - current_settings().ended_access_days * DAY
    never_used = and_(Authorization.code_used_at.is_(None), Authorization.code_expires_at < long_ago)
    no_longer = and_(Authorization.refresh_expires_at < long_ago, Authorization.access_expires_at < long_ago)
    ended = or_(Authorization.revoked_at < long_ago, Authorization.expires_at < long_ago, never_used, no_longer)
    later = aliased(Authorization)
    whose = (later.user_id == Authorization.user_id, later.client_id == Authorization.client_id)
    is_latest = ~exists().where(*whose, later.access_issued_at > Authorization.access_issued_at)
    allowed = exists().where(Consent.user_id == Authorization.user_id, Consent.client_id == Authorization.client_id)
    shown = and_(Authorization.access_issued_at.is_not(None), allowed, is_latest)
    return Dead("ended access", Authorization, Authorization.created_at, before=long_ago, where=and_(ended, ~shown))


def _clients(now: int) -> list[Dead]:
    """Clients that came by themselves and that nobody allows, so that strangers cannot fill the table.

    One that somebody is being asked to allow stays, and so does one whose ended access is still kept: a transaction
    that takes a client takes all its rows along, and should not take many.
    """
    unused = and_(
        Client.owner_id.is_(None),  # a claimed one is its owner's
        Client.suspended_at.is_(None),  # or its document would be fetched again, and the suspension forgotten
        ~exists().where(Consent.client_id == Client.id),
        ~exists().where(PendingRequest.client_id == Client.id),
        ~exists().where(Authorization.client_id == Client.id),
    )
    registered_before = now - current_settings().registration_unused_days * DAY
    expired = Client.document_expires_at < now - UNUSED_SECONDS
    return [
        Dead(
            f"apps by {origin}",
            Client,
            Client.created_at,
            before=before,
            among=(Client.origin == origin,),
            where=and_(unused, *conditions),
        )
        for origin, before, *conditions in (("registration", registered_before), ("document", now, expired))
    ]
