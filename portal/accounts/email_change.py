"""Changing an account's address: the new one is proven first, and the old one can put itself back for a week.

Whoever has taken over a session, and even the password, cannot keep the account from its old address.
"""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.email_links import LinkGone, end_links, find, mint, spend
from portal.accounts.models import EmailLink, User
from portal.accounts.password_change import end_all_that_was_open
from portal.accounts.registration import EmailTaken
from portal.accounts.users import get_user
from portal.foundation import audit
from portal.foundation.circumstances import circumstances
from portal.foundation.database import transaction
from portal.foundation.mail import enqueue


def request_email_change(user_id: int, email: str, *, version: int) -> None:
    """Send a link to the new address; if that has an account, a letter that says so.

    Args:
        email: the new address, in its normal form.
        version: of the credentials that whoever asks has logged in with; once they are changed, no link is sent.
    """
    with transaction() as session:
        audit.record(session, "email_change_asked", user_id=user_id, text=email)
        enqueue(
            session,
            "confirm_email",
            user_id=user_id,
            recipient=email,
            version=version,
            **circumstances(),
        )


def account_of_link(purpose: str, token: str) -> tuple[EmailLink, User]:
    """A link to change or put back an address, and whose; looking spends nothing.

    Raises:
        LinkGone: the link is not good (any more).
    """
    link = find(purpose, token)
    try:
        return link, get_user(link.user_id or 0)
    except LookupError:
        raise LinkGone from None


def confirm_email_change(token: str) -> None:
    """Spend the link: the address changes, sessions stay, and both addresses are told.

    Raises:
        LinkGone: the link is not good (any more).
        EmailTaken: the new address has got an account since; the link is not spent.
    """
    with transaction() as session:
        link = spend(session, "change", token)
        user = session.get_one(User, link.user_id)
        old, new = user.email, link.email
        _set_email(session, user.id, new)
        # What was sent to the old address opens nothing any more, nor does what was sent to another new one.
        end_links(session, EmailLink.user_id == user.id, EmailLink.purpose.in_(("reset", "change")))
        audit.record(session, "email_changed", user_id=user.id, text=f"{old} → {new}")
        told = {"old": old, "new": new, **circumstances()}
        enqueue(session, "email_changed", user_id=user.id, recipient=old, **told)
        enqueue(session, "email_confirmed", user_id=user.id, recipient=new, **told)


def undo_email_change(token: str) -> str:
    """Spend the link: the old address is back, and all that was open has ended. Gives a token to reset the password.

    Raises:
        LinkGone: the link is not good (any more).
        EmailTaken: the old address has got another account since; the link is not spent.
    """
    with transaction() as session:
        link = spend(session, "undo", token)
        user_id = link.user_id or 0
        replaced = session.get_one(User, user_id).email
        _set_email(session, user_id, link.email)
        end_all_that_was_open(session, user_id)
        # Later changes were made by whoever made this one: their addresses must not put themselves back.
        end_links(
            session,
            EmailLink.user_id == user_id,
            EmailLink.purpose == "undo",
            EmailLink.created_at >= link.created_at,
        )
        audit.record(session, "email_change_undone", user_id=user_id, text=f"{replaced} → {link.email}")
        return mint(session, "reset", link.email, user_id=user_id)


def _set_email(session: Session, user_id: int, email: str) -> None:
    try:
        session.execute(
            update(User).where(User.id == user_id).values(email=email),
            execution_options={"synchronize_session": False},
        )
    except IntegrityError:
        raise EmailTaken(email) from None
