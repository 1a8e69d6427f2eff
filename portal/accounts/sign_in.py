"""Checking an e-mail address and a password, with a throttle that never locks an account for good."""

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.passwords import password_is_right
from portal.accounts.registration import normalize_email
from portal.config import current_settings
from portal.foundation.database import reading
from portal.foundation.limits import current_limiter

FAILURES_ALLOWED = "10/5 minutes"


class WrongCredentials(Exception):
    """The address or the password is wrong; which one is not said."""


class TooManyFailures(Exception):
    """Too many failures for this account from this address.

    Args:
        wait: seconds until the next attempt.
    """

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def authenticate(email: str, password: str, remote: str) -> int:
    """The key of the user whose address and password these are.

    Args:
        remote: the caller's address; failures are counted by account and by it, so nobody locks out somebody else.

    Raises:
        WrongCredentials: or the account is disabled, or a demo account met in production.
        TooManyFailures: before anything is compared.
    """
    try:
        email = normalize_email(email)  # as when the account was made: another spelling is the same address
    except ValueError:
        email = email.strip().lower()  # nobody's
    limiter, key = current_limiter(), ("sign-in", email, remote)
    if wait := limiter.wait(FAILURES_ALLOWED, *key):
        raise TooManyFailures(wait)
    with reading() as session:
        user = session.scalars(select(User).where(User.email == email)).one_or_none()
    right = password_is_right(password, user.password_hash if user else None)
    if not right or user is None or user.disabled_at or (user.demo_role and current_settings().production):
        limiter.count(FAILURES_ALLOWED, *key)
        raise WrongCredentials
    return user.id
