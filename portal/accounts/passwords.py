"""Password hashes: argon2id with OWASP's parameters (19 MiB, two passes; about 65 ms)."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

FEWEST_CHARACTERS = 8
MOST_CHARACTERS = 1000
_AT_ONCE = BoundedSemaphore(2)
"""Each comparison takes 19 MiB and a core; more at once would starve every other request."""
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to store."""
    with _AT_ONCE:
        return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")


def password_is_right(password: str, stored: str | None) -> bool:
    """Compare; without a stored hash the answer is no, after the same time (OWASP ASVS 6.3.8)."""
    compared_with = stored or _nobodys_hash()
    try:
        with _AT_ONCE:
            return _HASHER.verify(compared_with, password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
