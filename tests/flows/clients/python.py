"""What the Python libraries leave to the application: metadata, the checks of RFC 9207, reading a challenge."""

from typing import Any

import requests
from requests.structures import CaseInsensitiveDict
from werkzeug.datastructures import WWWAuthenticate

from tests.fixtures.loopback import parameters
from tests.flows.clients import Answer


def discover(issuer: str) -> dict[str, Any]:
    """The authorization server's metadata (RFC 8414 §3); it must be this issuer's own (§3.3)."""
    answer = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=10)
    answer.raise_for_status()
    metadata: dict[str, Any] = answer.json()
    assert metadata["issuer"] == issuer
    return metadata


def checked(callback_url: str, issuer: str, state: str) -> dict[str, str]:
    """What came back. Refuse an answer of another server (RFC 9207 §2.4) or to another request (RFC 6749 §10.12)."""
    answer = parameters(callback_url)
    assert answer["iss"] == issuer
    assert answer["state"] == state
    return answer


def get(session: requests.Session, url: str) -> Answer:
    """Call the API with the token that the session holds."""
    answer = session.get(url, timeout=10)
    headers: CaseInsensitiveDict[str] = answer.headers
    challenge = WWWAuthenticate.from_header(headers.get("WWW-Authenticate"))
    return Answer(
        answer.status_code,
        answer.json(),
        {name: value or "" for name, value in challenge.parameters.items()} if challenge else {},
    )
