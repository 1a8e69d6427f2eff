"""The resource server's check of an access token (RFC 6750): one SELECT by primary key, no commit."""

from dataclasses import dataclass

from authlib.oauth2 import ResourceProtector
from authlib.oauth2.rfc6750 import BearerTokenValidator
from sqlalchemy import bindparam, select

from portal.foundation import clock
from portal.foundation.credentials import digest, row_id_of
from portal.foundation.prepared import Prepared
from portal.oauth.access_tokens import access_part
from portal.oauth.models import Authorization, Client, users
from portal.oauth.presented import PREFIXES


@dataclass(frozen=True)
class ResourceOwner:
    """Who allowed it (RFC 6749 §1.1). Read along with the token: one more query would cost as much as the check."""

    id: int
    name: str
    email: str
    created_at: int
    """Seconds since the epoch."""


@dataclass(frozen=True)
class Access:
    """What a live access token opens: whose things, for which client, to do what."""

    authorization_id: int
    owner: ResourceOwner
    client_key: int
    client_id: str
    scope: frozenset[str]

    @property
    def user_id(self) -> int:
        """Whose things it opens."""
        return self.owner.id

    def get_scope(self) -> str:
        """The scope as Authlib reads it."""
        return " ".join(self.scope)

    def is_expired(self) -> bool:
        """Never: an expired token is not found."""
        return False

    def is_revoked(self) -> bool:
        """Never: a revoked token is not found."""
        return False


_CHECK = Prepared(
    select(
        Authorization.user_id,
        Authorization.client_id,
        Authorization.scope,
        Authorization.resource,
        Authorization.access_digest,
        Authorization.access_scope,
        Authorization.access_issued_at,
        Authorization.access_expires_at,
        Authorization.previous_access_digest,
        Authorization.previous_access_scope,
        Authorization.previous_access_issued_at,
        Authorization.previous_access_expires_at,
        Client.client_id.label("client_identifier"),
        users.c.name,
        users.c.email,
        users.c.created_at,
    )
    .join(Client, Client.id == Authorization.client_id)
    .join(users, users.c.id == Authorization.user_id)
    .where(
        Authorization.id == bindparam("row_id"),
        Authorization.revoked_at.is_(None),
        Authorization.expires_at > bindparam("now"),
        Client.suspended_at.is_(None),
        users.c.disabled_at.is_(None),
        users.c.credentials_version == Authorization.credentials_version,
    )
)


def find_access(text: str, resource: str) -> Access | None:
    """What an access token opens now; None if it is malformed, unknown, expired, revoked or for another resource.

    Args:
        resource: path of the protected resource that is asked (RFC 8707 §2, RFC 9700 §2.3).
    """
    row_id = row_id_of(PREFIXES["access_token"], text)
    if row_id is None:
        return None
    found = _CHECK.rows({"row_id": row_id, "now": clock.now()})
    part = access_part(found[0], digest(text)) if found else None
    if part is None or resource not in found[0].resource.split():
        return None
    row = found[0]
    owner = ResourceOwner(row.user_id, row.name, row.email, row.created_at)
    return Access(row_id, owner, row.client_id, row.client_identifier, frozenset(part.scope.split()))


class _Validator(BearerTokenValidator):
    def __init__(self, resource: str) -> None:
        super().__init__()
        self._resource = resource

    def authenticate_token(self, token_string: str) -> Access | None:
        return find_access(token_string, self._resource)


def protect(resource: str) -> ResourceProtector:
    """Authlib's reading of the Authorization header, with our token check; `validate_request([scope], request)`.

    Args:
        resource: path of the protected resource.
    """
    protector = ResourceProtector()
    protector.register_token_validator(_Validator(resource))
    return protector
