"""Who is calling the token endpoints: `client_secret_basic`, `client_secret_post` or `none`, and never two at once.

Replaces Authlib's loop over methods, which repeats the client's query for each and lets a wrong Basic header fall
through to `none`. A further method is one more function here.
"""

import base64
from urllib.parse import unquote_plus

from portal.foundation.limits import current_limiter
from portal.foundation.public_addresses import caller_of
from portal.oauth.clients import RegisteredClient, find_client, is_client_id, is_secret
from portal.oauth.errors import ProtocolError
from portal.oauth.inbound import ProtocolRequest
from portal.oauth.recorder import current_recorder

FAILURES_ALLOWED = "30/minute"
_CHALLENGE = 'Basic realm="ContextFile", charset="UTF-8"'


def authenticate_client(request: ProtocolRequest, known: RegisteredClient | None, remote: str) -> RegisteredClient:
    """The client that sent `request`; sets `request.auth_method`.

    Args:
        known: a client that was already read along with a token; spares its query if it is the one.
        remote: the caller's address, for counting failures. A right secret is never refused for their number.

    Raises:
        ProtocolError: `invalid_client` (RFC 6749 §5.2) or `invalid_request` (two methods, §2.3).
    """
    client_id, secret = _presented(request)
    request.auth_method = _method(request, secret)
    try:
        return _check(client_id, secret, known, remote)
    except ProtocolError as error:
        # Names that are no client IDs share one count: anybody can make up any number of them.
        name = client_id if is_client_id(client_id) else ""
        if wait := current_limiter().count(FAILURES_ALLOWED, "client", name, caller_of(remote)):
            raise ProtocolError(
                "temporarily_unavailable",
                "Too many failed attempts. Wait and try again.",
                status=429,
                cause="too_many_failures",
                retry_after=wait,
            ) from error
        raise


def _presented(request: ProtocolRequest) -> tuple[str, str | None]:
    header = request.headers.get("Authorization")
    in_body = request.form.get("client_id"), request.form.get("client_secret")
    if header is None:
        if in_body[0] is None:
            raise _refusal(
                "Name the client: client_id in the body or in a Basic Authorization header.", "client_unnamed"
            )
        return in_body[0], in_body[1]
    client_id, secret = _read_basic(header)
    if in_body[1] is not None:
        raise ProtocolError(
            "invalid_request",
            "Send the client secret in the Authorization header or in the body, not in both.",
        )
    if in_body[0] not in {None, client_id}:
        raise ProtocolError("invalid_request", "The client_id in the body is not the one in the Authorization header.")
    return client_id, secret


def _read_basic(header: str) -> tuple[str, str | None]:
    """Client ID and secret, each form-encoded before they were joined (RFC 6749 §2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _refusal("Authenticate the client with Basic, or with client_id and client_secret in the body.")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        client_id, colon, secret = (unquote_plus(part, errors="strict") for part in pair.partition(":"))
    except ValueError:  # not base64, not ASCII, or not UTF-8
        raise _refusal(
            "The Basic Authorization header cannot be decoded; send base64 of client_id:client_secret."
        ) from None
    if not colon:
        raise _refusal("The Basic Authorization header has no colon; send base64 of client_id:client_secret.")
    if not client_id.isprintable() or not secret.isprintable():
        raise _refusal("The client ID or secret contains a line break or another control character. Trim it.")
    # requests-oauthlib sends a public client this way: an empty secret is none (RFC 6749 §2.3.1).
    return client_id, secret or None


def _method(request: ProtocolRequest, secret: str | None) -> str:
    if secret is None:
        return "none"
    return "client_secret_basic" if "Authorization" in request.headers else "client_secret_post"


def _check(client_id: str, secret: str | None, known: RegisteredClient | None, remote: str) -> RegisteredClient:
    if secret is not None and not is_secret(secret):
        raise _refusal(
            "The client secret is mistyped or cut off: copy it again, all of it, from cf_cs_ on.", "secret_malformed"
        )
    client = known if known and known.client_id == client_id else find_client(client_id)
    if client is None:
        raise _refusal(
            "There is no client with this client_id. Copy it again from the OAuth app's page.", "client_unknown"
        )
    if client.suspended:
        raise _refusal("This client is suspended.", "client_suspended")
    if client.confidential and secret is None:
        raise _refusal("This client is confidential: send its client secret.", "secret_missing")
    if not client.confidential and secret is not None:
        raise _refusal("This client is public and has no secret: send client_id alone, with PKCE.", "secret_unexpected")
    secret_key = client.find_secret(secret) if secret is not None else None
    if secret is not None and secret_key is None:
        raise _refusal(
            "The client secret is wrong or was replaced. Use the current one of this client.", "secret_wrong"
        )
    if secret_key is not None:
        current_recorder().use(secret_key, remote)
    return client


def _refusal(description: str, cause: str = "") -> ProtocolError:
    return ProtocolError("invalid_client", description, status=401, cause=cause, challenge=_CHALLENGE)
