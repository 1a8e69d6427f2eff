"""Versions of objects in headers: ETag, If-Match, If-None-Match (RFC 9110 §8.8.3, §13.1).

An object's version is its strong entity tag; the tag of the same in gzip must be another one (§8.8.3.3), and ends in
`-gzip`.
"""

import re

from flask import Response, request

from portal.api.errors import ApiError

_NEVER = 0
"""A version that no object has."""
_VERSION = re.compile(r"([1-9][0-9]{0,9})(?:-gzip)?", re.ASCII)


def version_to_change() -> int | None:
    """The version that this request means to change, as its header If-Match says; None for whichever there is.

    Weak tags never match (§13.1.1), nor do tags that are not ours: for them it is a version that no object has.

    Raises:
        ApiError: 400 if it names several.
    """
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    tags = (tag or "" for tag in request.if_match.as_set())  # Werkzeug reads an empty one as None
    named = {int(found[1]) for tag in tags if (found := _VERSION.fullmatch(tag))}
    if len(named) > 1:
        raise ApiError(400, "invalid_request", "'If-Match': Names several versions; send the one that you have read.")
    return named.pop() if named else _NEVER


def with_version(response: Response, version: int) -> Response:
    """Name the version of what an answer holds, or say that the client has it already.

    Args:
        response: in the encoding in which it is sent.
    """
    tag = f"{version}-gzip" if response.content_encoding == "gzip" else str(version)
    # Weakly compared (§13.1.2): whichever encoding the client has of this version, it need not read it again.
    has_it = any(request.if_none_match.contains_weak(known) for known in (str(version), f"{version}-gzip"))
    if request.method in {"GET", "HEAD"} and has_it:
        response = Response(status=304)
        response.vary.add("Accept-Encoding")
    response.set_etag(tag)
    return response
