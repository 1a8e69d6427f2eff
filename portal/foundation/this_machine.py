"""Whether a request comes from a program of this machine, for pages that nobody else may see.

Not by a proxy or tunnel that runs here too, nor from a web page whose host name somebody has pointed to this machine
(DNS rebinding).
"""

import re

from flask import request

from portal.config import is_loopback
from portal.foundation.public_host import HOST_SENT

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(:[0-9]*)?")


def is_from_this_machine() -> bool:
    """Whether caller and Host header are both this machine's own, and no proxy says that it passes something on."""
    host = _HOST.fullmatch(request.environ.get(HOST_SENT, ""))
    return (
        is_loopback(request.remote_addr or "")
        and host is not None
        and is_loopback(host[1].strip("[]"))
        and not any(name in request.headers for name in _FORWARDED)
    )
