"""Protocol errors: a fixed public code and text, and a private detail for the log.

The public text is ASCII without quotes or backslashes (RFC 6749 §4.1.2.1, §5.2) and never repeats what was sent,
except through `refuse_value`, which keeps only what those sections allow.
"""

import re

from authlib.oauth2 import OAuth2Error

_NOT_ALLOWED = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


class ProtocolError(OAuth2Error):
    """An answer that the RFCs define.

    Args:
        error: the RFC's error code.
        description: public, for the developer of the client; says the cure.
        status: HTTP status when it is not sent by redirect.
        detail: private, for the log.
        cause: what the client's owner reads in its activity, one of `client_events.CAUSES`; the error code if empty.
        redirect_uri: where an authorization error goes; None when it must not redirect.
        challenge: a `WWW-Authenticate` value to send along.
        retry_after: seconds to wait, with status 429.
    """

    def __init__(
        self,
        error: str,
        description: str,
        *,
        status: int = 400,
        detail: str = "",
        cause: str = "",
        redirect_uri: str | None = None,
        challenge: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(error=error, description=description, status_code=status, redirect_uri=redirect_uri)
        self.detail = detail
        self.cause = cause or error
        self.client_id: str | None = None
        """Whose request it was, where the authorization endpoint knows."""
        self.challenge = challenge
        self.retry_after = retry_after

    def get_headers(self) -> list[tuple[str, str]]:
        """The headers of the JSON answer (RFC 6749 §5.2)."""
        headers: list[tuple[str, str]] = list(super().get_headers())
        if self.challenge:
            headers.append(("WWW-Authenticate", self.challenge))
        if self.retry_after:
            headers.append(("Retry-After", str(self.retry_after)))
        return headers


_CREDENTIAL = re.compile(r"(cf_[a-z]{2}_)\w+")


def without_credentials(text: str) -> str:
    """`text` with only the prefix of each secret, code or token in it: people paste them into the wrong parameter."""
    return _CREDENTIAL.sub(r"\1...", text)


def printable(value: str, most: int = 80) -> str:
    """`value` with only the characters that an error description may carry."""
    text = _NOT_ALLOWED.sub("?", without_credentials(value))
    return text if len(text) <= most else text[:most] + "..."
