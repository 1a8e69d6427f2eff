"""A code or token that somebody sent: the row that it names, looked up in one query with its client and user.

Whether it is good for what it is sent for is not decided here.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from portal.foundation import clock
from portal.foundation.credentials import digest, row_id_of
from portal.foundation.prepared import Prepared
from portal.oauth.clients import CLIENT_COLUMNS, SECRET_COLUMNS, RegisteredClient, client_from
from portal.oauth.models import Authorization, Client, ClientSecret, users

PREFIXES = {"code": "cf_ac_", "access_token": "cf_at_", "refresh_token": "cf_rt_"}


@dataclass(frozen=True)
class Presented:
    """A code or token that somebody sent, with the row that it names, as the row is now."""

    kind: str
    """`code`, `access_token` or `refresh_token`."""
    text: str = field(repr=False)
    digest: bytes
    row: Any
    client: RegisteredClient

    @property
    def reference(self) -> str:
        """Names the authorization in the log. Not its id: whoever knows that can end it with a made-up token."""
        return f"authorization {digest(str(self.row.id))[:6].hex()}"

    @property
    def closed(self) -> str | None:
        """Why nothing of this authorization is good any more; None if it is open."""
        if self.row.revoked_at is not None:
            return f"revoked ({self.row.revoked_reason})"
        if self.row.expires_at <= clock.now():
            return "expired"
        if self.row.credentials_version != self.row.current_credentials_version:
            return "the user has changed the password"
        if self.row.disabled_at is not None or self.client.suspended:
            return "the user is disabled or the client suspended"
        return None


_NOT_READ = {"allowed_from", "allowed_with", "created_at"}
_JOINED = Prepared(
    select(
        *(column for column in Authorization.__table__.columns if column.name not in _NOT_READ),
        users.c.disabled_at,
        users.c.credentials_version.label("current_credentials_version"),
        *CLIENT_COLUMNS,
        *SECRET_COLUMNS,
    )
    .join(Client, Client.id == Authorization.client_id)
    .join(users, users.c.id == Authorization.user_id)
    .outerjoin(ClientSecret, ClientSecret.client_id == Client.id)
    .where(Authorization.id == bindparam("row_id"))
)


def find(text: str) -> Presented | None:
    """Look up a code or token: no query if it is malformed, else one, by primary key, with client and user."""
    for kind, prefix in PREFIXES.items():
        row_id = row_id_of(prefix, text)
        if row_id is not None:
            rows = _JOINED.rows({"row_id": row_id})
            client = client_from(rows)
            return Presented(kind, text, digest(text), rows[0], client) if client else None
    return None
