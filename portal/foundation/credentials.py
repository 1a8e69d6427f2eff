"""Randomness that is handed out: made, recognised, digested.

A credential is `prefix + base62(payload) + checksum`. The prefix lets a secret scanner recognise a leaked one;
the checksum (CRC-32, six base62 digits) lets a mistyped one be refused without a query. Only SHA-256 digests
are stored: the payload carries 256 random bits, so a password hash would add cost and no safety.

Knows nothing of what a credential opens.
"""

import hashlib
import hmac
import secrets
import zlib
from functools import cache

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_VALUES = {pair: value for value, pair in enumerate(_PAIRS)} | {digit: value for value, digit in enumerate(ALPHABET)}
"""What two digits are worth, and one: reading and writing two at a time takes half as long."""
_CHECKSUM_LENGTH = 6
SECRET_BYTES = 32
ID_BYTES = 8


def _base62(number: int, length: int) -> str:
    pairs = []
    for _ in range((length + 1) // 2):
        number, value = divmod(number, 3844)
        pairs.append(_PAIRS[value])
    return "".join(reversed(pairs))[-length:]


@cache
def _base62_length(size: int) -> int:
    """How many base62 digits hold `size` bytes."""
    length, most = 0, 256**size - 1
    while most:
        most //= 62
        length += 1
    return length


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode("ascii")), _CHECKSUM_LENGTH)


def encode(prefix: str, payload: bytes) -> str:
    """Write `payload` as a credential that begins with `prefix`."""
    body = prefix + _base62(int.from_bytes(payload), _base62_length(len(payload)))
    return body + _checksum(body)


def decode(prefix: str, text: str, size: int) -> bytes | None:
    """The `size` bytes that a credential carries; None if prefix, length, alphabet or checksum is wrong."""
    length = _base62_length(size)
    if len(text) != len(prefix) + length + _CHECKSUM_LENGTH or not text.startswith(prefix) or not text.isascii():
        return None
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    if _checksum(body) != checksum:
        return None
    start = len(prefix)
    try:
        number = _VALUES[body[start]] if length % 2 else 0
        for place in range(start + length % 2, len(body), 2):
            number = number * 3844 + _VALUES[body[place : place + 2]]
        return number.to_bytes(size)
    except (KeyError, OverflowError):
        return None


def mint(prefix: str, size: int = SECRET_BYTES) -> str:
    """A new credential of `size` random bytes."""
    return encode(prefix, secrets.token_bytes(size))


def new_id() -> int:
    """63 random bits: a primary key that cannot be guessed and says nothing about how many there are."""
    return secrets.randbits(63)


def new_id_in_order(nanosecond: int) -> int:
    """63 bits, of which 33 are random: a primary key for rows that are listed by second, then as they happened.

    Args:
        nanosecond: of the second, below 10⁹.
    """
    return nanosecond << 33 | secrets.randbits(33)


def mint_for_row(prefix: str, row_id: int) -> str:
    """A new credential that carries the primary key of the row that knows it."""
    return encode(prefix, row_id.to_bytes(ID_BYTES) + secrets.token_bytes(SECRET_BYTES))


def row_id_of(prefix: str, text: str) -> int | None:
    """The primary key that a credential of `mint_for_row` carries; None if it is not one."""
    payload = decode(prefix, text, ID_BYTES + SECRET_BYTES)
    return int.from_bytes(payload[:ID_BYTES]) if payload and payload[0] < 0x80 else None


def derive_for_row(prefix: str, row_id: int, key: str, message: bytes) -> str:
    """The credential that follows from another one (HMAC-SHA256), so that it can be made again but never stored."""
    secret = hmac.digest(key.encode("ascii"), message, "sha256")
    return encode(prefix, row_id.to_bytes(ID_BYTES) + secret)


def digest(text: str) -> bytes:
    """What is stored in place of a credential: its SHA-256, 32 bytes."""
    return hashlib.sha256(text.encode("utf-8")).digest()


def same(one: bytes | None, other: bytes | None) -> bool:
    """Compare two digests in constant time; an absent one equals nothing."""
    return one is not None and other is not None and hmac.compare_digest(one, other)
