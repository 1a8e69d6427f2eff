"""A new password for somebody who has forgotten theirs, by a link to the account's address."""

from sqlalchemy import select

from portal.accounts.email_links import LinkGone, find, spend
from portal.accounts.models import User
from portal.accounts.password_change import set_password
from portal.accounts.passwords import hash_password
from portal.accounts.users import get_user
from portal.foundation import audit
from portal.foundation.circumstances import circumstances
from portal.foundation.database import transaction
from portal.foundation.mail import enqueue


def request_reset(email: str) -> None:
    """Send a link if the address has an account. The work is the same if it has none (ASVS 6.3.8).

    Args:
        email: in its normal form.
    """
    whose = select(User.id).where(User.email == email).scalar_subquery()
    with transaction() as session:
        audit.record(session, "reset_requested", user_id=whose)
        enqueue(session, "reset", recipient=email, **circumstances())


def account_of_reset(token: str) -> User:
    """Whose password a link resets; looking spends nothing.

    Raises:
        LinkGone: the link is not good (any more).
    """
    try:
        return get_user(find("reset", token).user_id or 0)
    except LookupError:
        raise LinkGone from None


def finish_reset(token: str, password: str) -> None:
    """Spend the link and set the password; sessions, tokens and all other reset links of the account end.

    Raises:
        LinkGone: the link is not good (any more).
    """
    find("reset", token)  # before the hash, which costs more than asking
    password_hash = hash_password(password)
    with transaction() as session:
        link = spend(session, "reset", token)
        set_password(session, link.user_id or 0, password_hash)
