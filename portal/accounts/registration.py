"""Signing up: whoever wants an account proves first that the address is theirs."""

import re

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from portal.accounts.email_links import end_links, find, spend
from portal.accounts.models import EmailLink, User
from portal.accounts.passwords import hash_password
from portal.foundation import audit, clock
from portal.foundation.circumstances import circumstances
from portal.foundation.credentials import new_id
from portal.foundation.database import insert_if_absent, transaction
from portal.foundation.mail import enqueue
from portal.foundation.provider_name import fault_of_name

MOST_CHARACTERS = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""


class EmailTaken(Exception):
    """There is an account with this address already."""


def normalize_email(email: str) -> str:
    """The form in which an address is stored and compared: lower case, host in its international form.

    Raises:
        ValueError: it is not an address; the message says why.
    """
    if len(email) > MOST_CHARACTERS:  # before the library reads it, which takes it a second for each 100 KB
        raise ValueError(f"It is longer than {MOST_CHARACTERS} characters.")
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return checked.normalized.lower()


def request_sign_up(email: str, next_path: str) -> None:
    """Send a link to an address; if it has an account, a letter that says so. The work is the same (ASVS 6.3.8).

    Args:
        email: in its normal form.
        next_path: where its reader was going, on this site.
    """
    with transaction() as session:
        enqueue(session, "sign_up", recipient=email, next_path=next_path, **circumstances())


def suggest_name(email: str) -> str:
    """A name to begin with, from an address such as `grace.hopper@…`; empty if there is none in it that may be one."""
    words = re.findall(r"[^\W\d_]+", email.partition("@")[0].partition("+")[0])
    name = " ".join(word.capitalize() for word in words)[:80]
    return "" if fault_of_name(name) else name


def finish_sign_up(token: str, name: str, password: str) -> int:
    """Spend the link, create the account and return its key.

    Raises:
        LinkGone: the link is not good (any more).
        EmailTaken: the address has got an account since.
    """
    find("sign_up", token)  # before the hash, which costs more than asking
    password_hash = hash_password(password)
    with transaction() as session:
        email = spend(session, "sign_up", token).email
        user_id = _add(session, name, email, password_hash)
        end_links(session, EmailLink.purpose == "sign_up", EmailLink.email == email)
        audit.record(session, "signed_up", user_id=user_id)
    return user_id


def sign_up(name: str, email: str, password: str, *, demo_role: str | None = None) -> int:
    """Create an account whose address nobody has to prove, and return its key.

    Args:
        demo_role: marks an account of the demonstration run.

    Raises:
        EmailTaken: the address has an account.
        ValueError: the address is none.
    """
    email, password_hash = normalize_email(email), hash_password(password)
    with transaction() as session:
        return _add(session, name, email, password_hash, demo_role)


def _add(session: Session, name: str, email: str, password_hash: str, demo_role: str | None = None) -> int:
    user_id = new_id()
    values = {
        "id": user_id,
        "email": email,
        "name": name,
        "password_hash": password_hash,
        "created_at": clock.now(),
        "demo_role": demo_role,
    }
    if not insert_if_absent(session, User, values):
        raise EmailTaken(email)
    return user_id
