"""What a request may look like before Authlib sees it: encoding, size, repeated and forbidden parameters.

Authlib answers several of these with an exception of its own, so nothing reaches it unread.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from portal.oauth.errors import ProtocolError

MOST_BYTES = 32 * 1024
MOST_PARAMETERS = 64


@dataclass
class Parameters:
    """Decoded parameters. An empty value counts as left out (RFC 6749 §3.1, §3.2)."""

    values: dict[str, str] = field(default_factory=dict)
    garbled: set[str] = field(default_factory=set)
    """Names of those with a control character in their value, which is left out."""
    repeated: set[str] = field(default_factory=set)
    resources: list[str] = field(default_factory=list)
    """Every `resource`, the one parameter that may be repeated (RFC 8707 §2)."""

    def get(self, name: str) -> str | None:
        """The value of a parameter, or None."""
        return self.values.get(name)


def parse_parameters(raw: bytes) -> Parameters:
    """Decode `application/x-www-form-urlencoded` bytes, a query or a body.

    Raises:
        ProtocolError: `invalid_request`; too large, or not UTF-8.
    """
    if len(raw) > MOST_BYTES:
        raise ProtocolError("invalid_request", f"The request is larger than {MOST_BYTES} bytes.", status=413)
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise ProtocolError("invalid_request", "The request must be percent-encoded UTF-8.") from None
    except ValueError:
        raise ProtocolError("invalid_request", f"The request has more than {MOST_PARAMETERS} parameters.") from None
    parameters = Parameters()
    seen = set()
    for name, value in pairs:
        if name in seen and name != "resource":
            parameters.repeated.add(name)
        seen.add(name)
        if not value:
            continue
        if "\0" in value or not (value.isprintable() or name == "state"):
            parameters.garbled.add(name)
            continue
        if name == "resource":
            parameters.resources.append(value)
        parameters.values.setdefault(name, value)
    return parameters


class ProtocolRequest(OAuth2Request):
    """A checked request in Authlib's terms. Knows no web framework; its address is the issuer's, not the Host's."""

    def __init__(self, method: str, uri: str, parameters: Parameters, authorization: str | None = None) -> None:
        headers = {"Authorization": authorization} if authorization else {}
        super().__init__(method, uri, headers=headers)
        self.parameters = parameters
        self.presented: Any = None
        """The code or token that the request names, looked up (`presented.Presented`), or None."""
        self.remote = ""
        """The caller's address."""
        self.payload = BasicOAuth2Payload(parameters.values)

    @property
    def args(self) -> dict[str, str]:
        """Nothing: parameters of a POST are read from its body only (RFC 6749 §2.3.1)."""
        return {}

    @property
    def form(self) -> dict[str, str]:
        """The parameters."""
        return self.parameters.values


def read_form(uri: str, content_type: str, query: bytes, body: bytes, authorization: str | None) -> ProtocolRequest:
    """Read a POST to the token, revocation or introspection endpoint.

    Args:
        uri: the endpoint's public address.
        content_type: the media type without parameters.
        query: the raw query string, which must be empty.
        body: the raw body.
        authorization: the Authorization header.

    Raises:
        ProtocolError: `invalid_request`, naming what to change (RFC 6749 §2.3.1, §3.2).
    """
    if query:
        raise ProtocolError(
            "invalid_request",
            "Send the parameters in the body, not in the address (RFC 6749, section 2.3.1).",
            cause="in_the_address",
        )
    if content_type != "application/x-www-form-urlencoded":
        raise ProtocolError(
            "invalid_request",
            "Send the body as application/x-www-form-urlencoded, not as JSON or multipart (RFC 6749, section 3.2).",
            detail=f"content type {content_type!r}",
            cause="not_form_encoded",
        )
    parameters = parse_parameters(body)
    if parameters.garbled:
        raise ProtocolError(
            "invalid_request",
            "A parameter contains a control character, such as a line break at its end. Trim it.",
            detail=f"garbled {sorted(parameters.garbled)!r}",
        )
    if parameters.repeated:
        raise ProtocolError(
            "invalid_request",
            "A parameter is repeated; send each once (RFC 6749, section 3.2).",
            detail=f"repeated {sorted(parameters.repeated)!r}",
        )
    return ProtocolRequest("POST", uri, parameters, authorization)
