"""Carrying a request out once, however often it arrives (the Idempotency-Key header, draft-ietf-httpapi).

The key is claimed in the transaction that makes what was asked for, so there is no moment between the two. No answer
is kept: sent again, the request gets what it made as that is now, and what was deleted stays deleted.
"""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.content.models import IdempotencyKey
from portal.foundation.clock import now
from portal.foundation.database import insert_if_absent

KEPT_SECONDS = 24 * 3600
"""How long a key is known."""
Made = TypeVar("Made")


class KeyReused(Exception):
    """The key was sent before, with another request."""


class GoneSince(Exception):
    """The request was carried out, and what it made has been deleted since."""


@dataclass(frozen=True)
class Once:
    """One client's key, and the request that it came with.

    Attributes:
        client_id: the client's key in the database.
        digest: SHA-256 of the key.
        request_digest: SHA-256 of the method, the address and the body.
    """

    client_id: int
    digest: bytes
    request_digest: bytes

    def found(self, made: Made | None) -> Made:
        """What an earlier request made.

        Raises:
            GoneSince: it is not there any more.
        """
        if made is None:
            raise GoneSince
        return made


def claim(session: Session, user_id: int, once: Once, object_id: int) -> int | None:
    """Claim a key for an object that is about to be made; the id of what it made before, if it was claimed already.

    Two requests at once wait for each other here, at the row's unique key.

    Raises:
        KeyReused: it was claimed for another request.
    """
    key = {"user_id": user_id, "client_id": once.client_id, "digest": once.digest}
    values = {**key, "request_digest": once.request_digest, "object_id": object_id, "created_at": now()}
    if insert_if_absent(session, IdempotencyKey, values):
        return None
    earlier = session.execute(select(IdempotencyKey).filter_by(**key)).scalar_one()
    if earlier.request_digest != once.request_digest:
        raise KeyReused
    return earlier.object_id
