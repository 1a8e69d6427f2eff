"""Links that are sent to an address: made, found, and spent once. The database knows their digests.

What a link opens is the business of whoever spends it. Opening its page spends nothing: mail scanners do that too.
"""

import secrets

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from portal.accounts.models import EmailLink, User
from portal.foundation import clock
from portal.foundation.credentials import digest
from portal.foundation.database import reading

SECONDS = 3600
"""How long a link works, but for the ones that undo something."""
UNDO_SECONDS = 7 * 86400
LONGEST_TOKEN = 100


class LinkGone(Exception):
    """There is no such link: spent, expired, ended, or never made."""


def mint(
    session: Session,
    purpose: str,
    email: str,
    *,
    user_id: int | None = None,
    next_path: str = "",
    seconds: int = SECONDS,
    since: int | None = None,
) -> str:
    """Make a link and return its token.

    Args:
        purpose: `sign_up`, `reset`, `change` or `undo`.
        email: the address that it proves, or puts back.
        user_id: whose account it concerns.
        next_path: where its reader was going, on this site.
        seconds: how long it works from now.
        since: the moment of what it undoes, in seconds since the epoch; now if left out.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(
        EmailLink(
            digest=digest(token),
            purpose=purpose,
            user_id=user_id,
            email=email,
            next_path=next_path,
            created_at=now if since is None else since,
            expires_at=now + seconds,
        )
    )
    return token


def _is_good(purpose: str, token: str) -> ColumnElement[bool]:
    return (
        (EmailLink.digest == digest(token[:LONGEST_TOKEN]))
        & (EmailLink.purpose == purpose)
        & (EmailLink.expires_at > clock.now())
    )


def find(purpose: str, token: str) -> EmailLink:
    """Look at a link without spending it.

    Raises:
        LinkGone: it is not good (any more).
    """
    with reading() as session:
        link = session.scalars(select(EmailLink).where(_is_good(purpose, token))).one_or_none()
    if link is None:
        raise LinkGone
    return link


def spend(session: Session, purpose: str, token: str) -> EmailLink:
    """Spend a link, in the transaction that does what it allows; of two who try, one can.

    The account's row is locked before the link's, as all do that end links: two who meet wait, and none is cut off.

    Raises:
        LinkGone: it is not good (any more).
    """
    good = _is_good(purpose, token)
    link = session.scalars(select(EmailLink).where(good)).one_or_none()
    if link is None:
        raise LinkGone
    session.expunge(link)
    session.execute(select(User.id).where(User.id == link.user_id).with_for_update())
    if session.connection().execute(delete(EmailLink).where(good)).rowcount != 1:
        raise LinkGone
    return link


def end_links(session: Session, *which: ColumnElement[bool]) -> None:
    """End every link that meets all conditions, on EmailLink's columns."""
    session.execute(delete(EmailLink).where(*which), execution_options={"synchronize_session": False})
