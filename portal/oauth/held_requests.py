"""Authorization requests that were put before somebody: found again when an answer comes late, or from elsewhere."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.database import reading
from portal.oauth.models import Client, PendingRequest


@dataclass(frozen=True)
class HeldRequest:
    """What was asked, as a request that can be sent again."""

    client_id: str
    client_name: str
    redirect_uri: str
    query: str
    expired: bool


def find_held(pending_id: int) -> HeldRequest | None:
    """The request with this id, whoever's it is: it opens nothing, and is put anew before whoever follows it.

    Its id is 63 random bits that only the page of the person who was asked has shown.
    """
    query = select(PendingRequest, Client.client_id, Client.name).join(Client, Client.id == PendingRequest.client_id)
    with reading() as session:
        found = session.execute(query.where(PendingRequest.id == pending_id)).one_or_none()
    if found is None:
        return None
    held = found.PendingRequest
    asked = {"response_type": "code", "client_id": found.client_id}
    if held.redirect_uri_sent:
        asked["redirect_uri"] = held.redirect_uri
    asked |= {"scope": held.scope, "state": held.state}
    if held.code_challenge:
        asked |= {"code_challenge": held.code_challenge, "code_challenge_method": "S256"}
    issuer = current_settings().issuer
    pairs = [(name, value) for name, value in asked.items() if value]
    pairs += [("resource", issuer + path) for path in held.resource.split()]
    return HeldRequest(found.client_id, found.name, held.redirect_uri, urlencode(pairs), held.expires_at <= clock.now())
