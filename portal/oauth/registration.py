"""Clients that register themselves (RFC 7591) and manage what they registered (RFC 7592).

Authlib's endpoints for both are not used: beside the claims that `client_metadata` replaces they want a token for
every registration, know no row lock, and leave it to each hook that one client's token cannot manage another
(CVE-2026-116672). Here the token is compared with the one digest in the row that the address names, so it opens
that row or none. Knows no HTTP beyond what it is given of a request.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import SECRET_BYTES, decode, digest, mint, new_id, same
from portal.foundation.database import reading, transaction
from portal.foundation.limits import current_limiter
from portal.foundation.public_addresses import caller_of
from portal.oauth.client_metadata import ClientMetadata, parse_document, read_client_metadata
from portal.oauth.client_profiles import new_secret
from portal.oauth.clients import is_client_id, is_secret, mint_client_id, mint_secret
from portal.oauth.errors import ProtocolError
from portal.oauth.metadata import GRANT_TYPES, REGISTRATION, RESPONSE_TYPES
from portal.oauth.models import Client, RedirectUri

TOKEN_PREFIX = "cf_ra_"
REGISTRATIONS_ALLOWED = "20/hour"
_READ_ONLY = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")


def register(body: bytes, bearer: str, remote: str) -> dict[str, object]:
    """Register the client that `body` describes, and return its registration (RFC 7591 §3.2.1).

    Args:
        body: the metadata, as JSON.
        bearer: the initial access token (RFC 7591 §3), or empty.
        remote: the caller's address, for counting registrations; refused ones do not count.

    Raises:
        ProtocolError: RFC 7591 §3.2.2; 401 without the initial access token, 429 after too many.
    """
    settings = current_settings()
    # Failures are not counted: 32 random characters cannot be guessed.
    if settings.registration_mode == "token" and not same(digest(bearer), digest(settings.registration_token)):
        raise _unauthorized("initial access token", bearer)
    metadata = read_client_metadata(parse_document(body))
    if wait := current_limiter().count(REGISTRATIONS_ALLOWED, "registration", caller_of(remote)):
        text = "Too many registrations from this address. Wait and try again."
        raise ProtocolError("temporarily_unavailable", text, status=429, retry_after=wait)
    now, token = clock.now(), mint(TOKEN_PREFIX)
    client = Client(
        id=new_id(),
        client_id=mint_client_id(),
        origin="registration",
        created_at=now,
        registration_token_digest=digest(token),
    )
    with transaction() as session:
        session.add(client)
        secret = _replace(session, client, metadata)
        return _describe(client, token, secret)


def read_registration(client_id: str, token: str) -> dict[str, object]:
    """What is registered (RFC 7592 §2.1).

    The secret is left out: only its digest is known, and a new one would make reading a change, which the section
    advises against. The token is repeated from the request, because §3 requires it in every answer.

    Args:
        client_id: whose registration the address names.
        token: the registration access token that was presented, or empty.

    Raises:
        ProtocolError: 401, the token is not this client's or there is no such client; 403, it is suspended.
    """
    with reading() as session:
        return _describe(_find(session, client_id, token), token)


def replace_registration(client_id: str, token: str, body: bytes) -> dict[str, object]:
    """Replace everything that is registered by what `body` says (RFC 7592 §2.2), and return it.

    A client that becomes confidential is given a secret; one that becomes public loses its own.

    Raises:
        ProtocolError: as `read_registration`; RFC 7591 §3.2.2 for what `body` says.
    """
    with reading() as session:
        _find(session, client_id, token)  # a stranger learns nothing from the checks below, and locks nothing
    document = parse_document(body)
    metadata = read_client_metadata(document)
    if sent := [field for field in _READ_ONLY if field in document]:
        raise _refusal(f"Leave out {', '.join(sent)}: the server decides them.")
    if document.get("client_id") != client_id:
        raise _refusal("Send the client_id that the address names.")
    with transaction() as session:
        client = _find(session, client_id, token, lock=True)
        if "client_secret" in document and not _is_secret_of(client, document["client_secret"]):
            raise _refusal("The client_secret is not the current one. Leave it out: it cannot be chosen.")
        secret = _replace(session, client, metadata)
        return _describe(client, token, secret)


def delete_registration(client_id: str, token: str) -> None:
    """End the client with all its codes, tokens and consents (RFC 7592 §2.3).

    Raises:
        ProtocolError: as `read_registration`.
    """
    with transaction() as session:
        session.delete(_find(session, client_id, token, lock=True))


def _find(session: Session, client_id: str, token: str, *, lock: bool = False) -> Client:
    """The client that registered itself under this name, if the token is its own."""
    client = None
    if is_client_id(client_id) and decode(TOKEN_PREFIX, token, SECRET_BYTES) is not None:
        query = select(Client).where(Client.client_id == client_id, Client.origin == "registration")
        # A key-share lock lets the client's users go on meanwhile: their rows refer to this one.
        client = session.scalars(query.with_for_update(key_share=True) if lock else query).one_or_none()
    if client is None or not same(digest(token), client.registration_token_digest):
        raise _unauthorized("registration access token", token)
    if client.suspended_at is not None:
        raise ProtocolError("access_denied", "This client is suspended.", status=403)
    return client


def _replace(session: Session, client: Client, metadata: ClientMetadata) -> str | None:
    """Give a client this metadata, and return its secret if it needed one."""
    now = clock.now()
    for name, value in metadata.columns().items():
        setattr(client, name, value)
    client.redirect_uris.clear()
    session.flush()  # a URI that stays is the same to the unique constraint
    client.redirect_uris.extend(
        RedirectUri(position=i, uri=uri, created_at=now) for i, uri in enumerate(metadata.redirect_uris)
    )
    if not metadata.confidential:
        client.secrets.clear()
    if not metadata.confidential or client.secrets:
        return None
    secret = mint_secret()
    client.secrets.append(new_secret(secret, now))
    return secret


def _is_secret_of(client: Client, sent: object) -> bool:
    if not isinstance(sent, str) or not is_secret(sent):
        return False
    return any(same(digest(sent), secret.digest) for secret in client.secrets)


def _describe(client: Client, token: str, secret: str | None = None) -> dict[str, object]:
    """The client information response (RFC 7591 §3.2.1, RFC 7592 §3): what is registered, not what was sent."""
    shown: dict[str, object] = {
        "client_id": client.client_id,
        "client_id_issued_at": client.created_at,
        "registration_access_token": token,
        "registration_client_uri": f"{current_settings().issuer}{REGISTRATION}/{client.client_id}",
        "client_name": client.name,
        "redirect_uris": [row.uri for row in client.redirect_uris],
        "token_endpoint_auth_method": client.auth_method,
        "grant_types": list(GRANT_TYPES),  # whatever it asked for: each client may use each
        "response_types": list(RESPONSE_TYPES),
        "scope": client.default_scope,
    }
    if secret:
        shown["client_secret"] = secret
    if client.type == "confidential":
        shown["client_secret_expires_at"] = 0
    addresses = {"client_uri": client.homepage_uri, "policy_uri": client.policy_uri, "tos_uri": client.tos_uri}
    return shown | {name: address for name, address in addresses.items() if address}


def _refusal(description: str) -> ProtocolError:
    return ProtocolError("invalid_client_metadata", description)


def _unauthorized(kind: str, token: str) -> ProtocolError:
    """RFC 6750 §3.1: no error code in the challenge when nothing was presented."""
    challenge = 'Bearer realm="ContextFile"' + (', error="invalid_token"' if token else "")
    text = f"Send the {kind} as Authorization: Bearer." if not token else f"The {kind} is not good for this."
    return ProtocolError("invalid_token", text, status=401, challenge=challenge)
