"""Signing up."""

from email_validator import EmailNotValidError, validate_email

from portal.accounts.models import User
from portal.accounts.passwords import hash_password
from portal.foundation import clock
from portal.foundation.credentials import new_id
from portal.foundation.database import insert_if_absent, transaction

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


def sign_up(name: str, email: str, password: str, *, demo_role: str | None = None) -> int:
    """Create an account and return its key.

    Args:
        demo_role: marks an account of the demonstration run.

    Raises:
        EmailTaken: the address has an account.
        ValueError: the address is none.
    """
    user_id = new_id()
    values = {
        "id": user_id,
        "email": normalize_email(email),
        "name": name,
        "password_hash": hash_password(password),
        "created_at": clock.now(),
        "demo_role": demo_role,
    }
    with transaction() as session:
        if not insert_if_absent(session, User, values):
            raise EmailTaken(values["email"])
    return user_id
