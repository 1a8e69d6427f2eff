"""Checking an e-mail address and a password, with throttles that never lock an account for good."""

from sqlalchemy import select, update

from portal.accounts.models import User
from portal.accounts.passwords import hash_password, is_outdated, password_is_right
from portal.accounts.registration import normalize_email
from portal.config import current_settings
from portal.foundation import audit
from portal.foundation.database import reading, transaction
from portal.foundation.limits import current_limiter
from portal.foundation.measures import current_measures
from portal.foundation.public_addresses import caller_of

FAILURES_ALLOWED = "10/5 minutes"
"""For one account from one address."""
ATTEMPTS_ALLOWED = "100/5 minutes"
"""From one address: comparing a password costs memory and time."""
_LOGGED = "1/5 minutes"
"""How often it is logged that somebody has to wait."""


class WrongCredentials(Exception):
    """The address or the password is wrong; which one is not said."""


class TooManyAttempts(Exception):
    """Too many attempts for this account from this address, or from this address altogether.

    Args:
        wait: seconds until the next attempt.
    """

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def authenticate(email: str, password: str, remote: str) -> User:
    """The user whose address and password these are, as they were when it was compared.

    Args:
        remote: the caller's address; attempts are counted by account and by it, so nobody locks out somebody else.

    Raises:
        WrongCredentials: or the account is disabled, or a demo account met in production.
        TooManyAttempts: before anything is compared.
    """
    try:
        email = normalize_email(email)  # as when the account was made: another spelling is the same address
    except ValueError:
        email = email.strip().lower()  # nobody's
    remote, count = caller_of(remote), current_measures().count
    limiter, account = current_limiter(), ("sign-in", email, remote)
    # Counted before comparing, so that parallel guesses do not slip through; a right password starts the count anew.
    if wait := limiter.count(ATTEMPTS_ALLOWED, "sign-in", remote):
        count("sign_ins", "paused")
        raise TooManyAttempts(wait)
    if wait := limiter.count(FAILURES_ALLOWED, *account):
        count("sign_ins", "paused")
        if not limiter.count(_LOGGED, "sign-in-throttled", email, remote):
            _log_throttled(email)
        raise TooManyAttempts(wait)
    with reading() as session:
        user = session.scalars(select(User).where(User.email == email)).one_or_none()
    right = password_is_right(password, user.password_hash if user else None)
    if not right or user is None or user.disabled_at or (user.demo_role and current_settings().production):
        count("sign_ins", "refused")
        raise WrongCredentials
    count("sign_ins", "succeeded")
    limiter.forget(FAILURES_ALLOWED, *account)
    if is_outdated(user.password_hash):
        _hash_anew(user, password)
    return user


def _log_throttled(email: str) -> None:
    """Log it in the account's history; an address without an account takes as long, and its event is nobody's."""
    whose = select(User.id).where(User.email == email).scalar_subquery()
    with transaction() as session:
        audit.record(session, "sign_in_throttled", user_id=whose)


def _hash_anew(user: User, password: str) -> None:
    """Store the password under today's parameters, unless it was changed meanwhile."""
    password_hash = hash_password(password)
    with transaction() as session:
        session.execute(
            update(User)
            .where(User.id == user.id, User.password_hash == user.password_hash)
            .values(password_hash=password_hash),
            execution_options={"synchronize_session": False},
        )
