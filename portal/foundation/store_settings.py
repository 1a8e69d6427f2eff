"""What the address of the store that nodes share may look like. Knows no settings and asks no store."""

from urllib.parse import urlsplit

SCHEMES = {"redis", "rediss", "valkey", "valkeys"}
"""With an s: over TLS."""
_ESCAPED = "write / : @ ? # [ ] % in a password as %2F %3A %40 %3F %23 %5B %5D %25"


def fault_of_store(url: str) -> str | None:
    """What is wrong with the address, without repeating it: a password is in it. None if nothing is."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        return f"has a host or port that cannot be read; {_ESCAPED}"
    database = parts.path.removeprefix("/")
    if not good or (database and not (database.isascii() and database.isdigit())) or parts.query or parts.fragment:
        return (
            "must be redis://, rediss://, valkey:// or valkeys://, at most a user and a password, a host, and at most "
            f"a port and the number of a database, such as rediss://:password@valkey.example:6379/0; {_ESCAPED}"
        )
    return None


def place_of_store(url: str) -> str:
    """Where a store is, without the password: for people."""
    return urlsplit(url).netloc.rpartition("@")[2]
