"""Telling the recorder of calls that failed, whether or not they got as far as to say properly whose they are."""

import base64
import re
from contextlib import suppress
from urllib.parse import unquote_plus

from authlib.oauth2 import OAuth2Error

from portal.foundation.headers import request_id
from portal.oauth.clients import CLIENT_ID_PREFIX, is_client_id
from portal.oauth.errors import without_credentials
from portal.oauth.record_writing import Failure
from portal.oauth.recorder import current_recorder

_CLIENT_ID = re.compile(rf"{CLIENT_ID_PREFIX}[0-9A-Za-z]+")
_BASIC = re.compile(r"(?i)basic +([A-Za-z0-9+/=]+)")


def note_failure(error: OAuth2Error, endpoint: str, client_id: str | None, remote: str, *, sent: str = "") -> None:
    """Note a failed call for the owner of the client that it names, if it names one.

    Args:
        endpoint: `authorize`, `token`, `refresh`, `revoke` or `introspect`.
        remote: the caller's address; only its network is kept.
        sent: the redirect URI that was sent, if that is the cause.
    """
    if client_id:
        cause = getattr(error, "cause", error.error)
        text = without_credentials(error.description or "")
        failure = Failure(client_id, endpoint, cause, text, remote, without_credentials(sent)[:2000])
        current_recorder().fail(failure, request_id())


def named_client(authorization: str | None, *raw: bytes) -> str | None:
    """The first client ID in a request that may be malformed in any way: a JSON body names one as well.

    Args:
        authorization: the Authorization header.
        raw: query and body.
    """
    texts = [unquote_plus(part.decode("utf-8", "replace")) for part in raw]
    if basic := _BASIC.fullmatch(authorization or ""):
        with suppress(ValueError):  # no Base64: it names nobody
            texts.insert(0, unquote_plus(base64.b64decode(basic[1]).decode("utf-8", "replace")))
    found = (match[0] for text in texts for match in _CLIENT_ID.finditer(text))
    return next(filter(is_client_id, found), None)
