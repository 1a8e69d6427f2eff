"""Telling the recorder of calls that failed. Anybody can name any client; a call is one client's or nobody's."""

import base64
import re
from contextlib import suppress
from urllib.parse import unquote_plus

from authlib.oauth2 import OAuth2Error

from portal.foundation.headers import request_id
from portal.foundation.measures import current_measures
from portal.oauth.clients import CLIENT_ID_PREFIX, is_client_id
from portal.oauth.errors import without_credentials
from portal.oauth.inbound import ProtocolRequest
from portal.oauth.record_writing import Failure
from portal.oauth.recorder import current_recorder

_CLIENT_ID = re.compile(rf"{CLIENT_ID_PREFIX}[0-9A-Za-z]+")
_USER = re.compile(r"//[^/?#@]*@")
_BASIC = re.compile(r"(?i)basic +([A-Za-z0-9+/=]+)")


def note_failure(error: OAuth2Error, endpoint: str, client_id: str | None, remote: str, *, sent: str = "") -> None:
    """Note a failed call for the owner of the client that made it, if it is known.

    Args:
        endpoint: `authorize`, `token`, `refresh`, `revoke` or `introspect`.
        remote: the caller's address; only its network is kept.
        sent: the redirect URI that was sent, if that is the cause.
    """
    cause = getattr(error, "cause", error.error)
    current_measures().count("refused", endpoint, cause)
    if client_id and is_client_id(client_id):  # a client that is known by a URL has no owner
        text = without_credentials(error.description or "")
        sent = _USER.sub(r"//...@", without_credentials(sent))[:2000]
        current_recorder().fail(Failure(client_id, endpoint, cause, text, remote, sent), request_id()[:16])


def caller_of(request: ProtocolRequest) -> str | None:
    """Whose call a readable request is: what it authenticates as, and nothing else that it may carry."""
    header = request.headers.get("Authorization")
    found = _basic_user(header) if header else request.form.get("client_id")
    return found if found and is_client_id(found) else None


def caller_of_unreadable(authorization: str | None, *raw: bytes) -> str | None:
    """Whose call it may be: the only client ID in it, so that a JSON body is noted too. None if there are several.

    Args:
        authorization: the Authorization header.
        raw: query and body.
    """
    found = {match[0] for part in raw for match in _CLIENT_ID.finditer(unquote_plus(part.decode("utf-8", "replace")))}
    found = {text for text in {*found, _basic_user(authorization or "")} if is_client_id(text)}
    return found.pop() if len(found) == 1 else None


def _basic_user(header: str) -> str:
    if basic := _BASIC.fullmatch(header):
        with suppress(ValueError):  # no Base64: it names nobody
            pair = base64.b64decode(basic[1]).decode("utf-8", "replace")
            return unquote_plus(pair.partition(":")[0])
    return ""
