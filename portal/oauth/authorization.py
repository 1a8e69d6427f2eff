"""The authorization endpoint's second half (RFC 6749 §4.1.2): hold a request for the person, answer it once.

Knows no HTML and no login: who answers, and in which session, it is told. What a request may ask is
`authorization_request`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.foundation import audit, clock, mail
from portal.foundation.circumstances import circumstances
from portal.foundation.credentials import digest, new_id
from portal.foundation.database import transaction
from portal.oauth import redirect_uris
from portal.oauth.authorization_request import AuthorizationRequest, playground_callback
from portal.oauth.client_locks import client_of_pending, share_client, share_user
from portal.oauth.consents import Decided, remember, still_allows
from portal.oauth.errors import ProtocolError
from portal.oauth.models import Authorization, Client, PendingRequest, RedirectUri
from portal.oauth.recorder import current_recorder
from portal.oauth.scopes import parse, write
from portal.oauth.server import current_server
from portal.oauth.tokens import code_of, issue_code

ANSWER_WITHIN_SECONDS = 600
KEPT_SECONDS = 3600
"""How long a request is known after that, so that whoever answers late can be asked again."""
DENIED, LEFT_OUT = "The user denied the request.", "The user left every scope out."


def response_location(redirect_uri: str, parameters: Mapping[str, str | None]) -> str:
    """Where the answer goes: the registered URI to the character, with the answer and `iss` added (RFC 9207 §2)."""
    answer = {name: value for name, value in parameters.items() if value} | {"iss": current_server().issuer}
    return redirect_uri + ("&" if "?" in redirect_uri else "?") + urlencode(answer)


def error_location(error: ProtocolError) -> str:
    """The error answer for a request whose client and redirect URI were good (§4.1.2.1)."""
    return response_location(
        error.redirect_uri,
        {"error": error.error, "error_description": error.description, "state": error.state},
    )


def refusal_location(request: AuthorizationRequest, error: str, description: str) -> str:
    """The error answer for a request that was good but cannot be granted as it asks."""
    answer = {"error": error, "error_description": description, "state": request.state}
    return response_location(request.redirect_uri, answer)


def may_skip_consent(request: AuthorizationRequest, before: Decided) -> bool:
    """Whether a user has decided about everything in this request before, and allowed some of it.

    Never for a public client on a loopback address or a private-use scheme: anybody's program can claim those
    (RFC 8252 §8.6). Nor for one whose metadata document can say something else by now (Changes in Client Metadata).
    """
    claimed = request.redirect_uri.startswith("https://") and not request.client.document_host
    settled = before.allowed | (before.left_out & request.client.optional_scope)
    covered = request.scope <= settled and bool(request.scope & before.allowed)
    return covered and (request.client.confidential or claimed)


class AnsweredOrExpired(ProtocolError):
    """There is no such request for this person in this session, or no longer."""


class AlreadyAllowed(AnsweredOrExpired):
    """It was allowed, and the client has used the code or cannot any more."""


@contextmanager
def _unless_the_client_is_deleted() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise AnsweredOrExpired("invalid_request", "The app was deleted in the meantime.") from None


def hold(request: AuthorizationRequest, user_id: int, session_key: str) -> int:
    """Keep a request until it is answered, and return its id.

    Args:
        user_id: who is asked.
        session_key: a value that only this browser's session knows.

    Raises:
        AnsweredOrExpired: the client was deleted in this moment.
    """
    now = clock.now()
    pending = PendingRequest(
        id=new_id(),
        session_digest=digest(session_key),
        user_id=user_id,
        client_id=request.client.key,
        redirect_uri=request.redirect_uri,
        redirect_uri_sent=request.redirect_uri_sent,
        scope=write(request.scope),
        optional_scope=write(request.scope & request.client.optional_scope),
        resource=" ".join(request.resources),
        state=request.state,
        code_challenge=request.code_challenge,
        expires_at=now + ANSWER_WITHIN_SECONDS,
    )
    with _unless_the_client_is_deleted(), transaction() as session:
        share_client(session, request.client.key)
        session.add(pending)
    return pending.id


def answer(
    pending_id: int,
    user_id: int,
    session_key: str,
    *,
    allow: bool,
    kept: frozenset[str] = frozenset(),
    asked: bool = True,
    credentials_version: int | None = None,
) -> str:
    """Approve or deny a held request, once, and return the address to send the browser to.

    Consent, code, log and the end of the pending request are one transaction. A second click, whatever it says, gets
    the first one's answer again for as long as nobody has used the code.

    Args:
        kept: which of the scopes that may be left out are not; what was not asked for or not optional is ignored.
        asked: whether the user was, or an earlier answer stands for them.
        credentials_version: the user's when their session was looked up; None for the one of now. A password that is
            changed in between ends what this begins.

    Raises:
        AnsweredOrExpired: it was answered, expired, or is somebody else's; or its client is gone.
    """
    now, row_id = clock.now(), new_id()
    whose = (
        PendingRequest.id == pending_id,
        PendingRequest.user_id == user_id,
        PendingRequest.session_digest == digest(session_key),
    )
    taking = (
        update(PendingRequest)
        .where(*whose, PendingRequest.answered_at.is_(None), PendingRequest.expires_at > now)
        .values(answered_at=now, authorization_id=row_id if allow else None)
        .returning(*PendingRequest.__table__.columns)
    )
    with _unless_the_client_is_deleted(), transaction() as session:
        share_user(session, user_id)
        client = share_client(session, client_of_pending(pending_id))
        taken = session.execute(taking, execution_options={"synchronize_session": False}).one_or_none()
        if client is not None and client.suspended_at is not None:
            raise AnsweredOrExpired("invalid_request", "The app was suspended in the meantime.")
        if client is None or taken is None:
            answered = select(PendingRequest).where(*whose, PendingRequest.answered_at.is_not(None))
            return _same_answer(session, session.scalars(answered).one_or_none(), session_key)
        redirect_key = _registered(session, taken)
        optional = parse(taken.optional_scope)
        scope = (parse(taken.scope) - optional) | (optional & kept)
        about: dict[str, Any] = {"user_id": user_id, "client_id": taken.client_id, "app": client.name}
        if not allow or not scope:
            denied, code = LEFT_OUT if allow else DENIED, None
            audit.record(session, "app_denied", **about, text=taken.scope)
        else:
            if not asked and not still_allows(session, user_id, taken.client_id, scope):
                raise AnsweredOrExpired("invalid_request", "You have taken this access back in the meantime.")
            pkce = taken.code_challenge is not None
            is_first = remember(session, user_id, taken.client_id, scope, left_out=optional - kept, pkce=pkce)
            code = issue_code(
                session,
                client_key=taken.client_id,
                user_id=user_id,
                scope=write(scope),
                resource=taken.resource,
                redirect_uri=taken.redirect_uri if taken.redirect_uri_sent else None,
                code_challenge=taken.code_challenge,
                row_id=row_id,
                session_key=session_key,
                credentials_version=credentials_version,
            )
            audit.record(session, "app_allowed" if asked else "app_returned", **about, text=write(scope))
            if is_first:
                told = {"client_key": str(taken.client_id), "app": client.name, "scope": write(scope)}
                told |= {"redirect_uri": taken.redirect_uri, **circumstances()}
                mail.enqueue(session, "first_access", user_id=user_id, **told)
    if code is None:
        current_recorder().count(taken.client_id, "denied")
        return _denied_location(taken, denied)
    current_recorder().count(taken.client_id, "allowed")
    current_recorder().count(taken.client_id, "redirected", str(redirect_key))
    if is_first:
        current_recorder().count(taken.client_id, "joined")
    return response_location(taken.redirect_uri, {"code": code, "state": taken.state})


def _denied_location(held: Row[Any] | PendingRequest, description: str) -> str:
    refused = {"error": "access_denied", "error_description": description}
    return response_location(held.redirect_uri, {**refused, "state": held.state})


def _same_answer(session: Session, held: PendingRequest | None, session_key: str) -> str:
    """What the first click was answered with: browsers follow only the last of two.

    Raises:
        AnsweredOrExpired: the client has used the code already; sent again, it would look stolen (RFC 6749 §4.1.2).
    """
    if held is None:
        text = "This request has expired, or is not yours to answer."
        raise AnsweredOrExpired("invalid_request", text, cause="request_expired")
    _registered(session, held)
    if held.authorization_id is None:
        return _denied_location(held, DENIED)
    begun = session.get(Authorization, held.authorization_id)
    if begun is None:
        return _denied_location(held, LEFT_OUT)
    if begun.code_used_at is not None or begun.revoked_at is not None or begun.code_expires_at <= clock.now():
        raise AlreadyAllowed("invalid_request", "You have answered this request already.")
    return response_location(held.redirect_uri, {"code": code_of(begun.id, session_key), "state": held.state})


def _registered(session: Session, held: Row[Any] | PendingRequest) -> int:
    """The key of the registered redirect URI that a held request leads to; 0 for the playground's."""
    if held.redirect_uri == playground_callback():
        if session.scalar(select(Client.owner_id).where(Client.id == held.client_id)) == held.user_id:
            return 0
        raise AnsweredOrExpired("invalid_request", "The app is no longer yours.")
    for row in session.execute(select(RedirectUri.id, RedirectUri.uri).where(RedirectUri.client_id == held.client_id)):
        if redirect_uris.matches(held.redirect_uri, row.uri):
            return int(row.id)
    raise AnsweredOrExpired("invalid_request", "The app has removed this redirect URI in the meantime.")
