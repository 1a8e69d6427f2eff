"""The header Idempotency-Key: a request that is sent again does nothing again (draft-ietf-httpapi-idempotency-key)."""

import re
from hashlib import sha256

from flask import request

from portal.api.errors import ApiError
from portal.api.protection import current_access
from portal.content.once import Once

_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)


def read_once() -> Once | None:
    """What says that this request is to be carried out once; None if the client does not ask for that.

    The key may be a string of RFC 9651, as the draft says, or stand without quotes, as most clients send it.

    Raises:
        ApiError: 400 if the key is no key.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if len(key) > 2 and key.startswith('"') and key.endswith('"'):
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise ApiError(400, "invalid_request", "'Idempotency-Key': Send 1 to 255 visible ASCII characters.")
    sent = (request.method.encode(), request.path.encode(), request.query_string, request.get_data())
    parts = b"".join(sha256(part).digest() for part in sent)
    return Once(current_access().client_key, sha256(key.encode()).digest(), sha256(parts).digest())
