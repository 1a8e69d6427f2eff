"""OAuth client libraries that this project did not write, each behind the same six calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

Tokens = dict[str, Any]


@dataclass(frozen=True)
class Registration:
    """What a developer puts into a client library's configuration."""

    issuer: str
    client_id: str
    client_secret: str | None
    method: str
    """How the client authenticates (RFC 7591 §2): `client_secret_basic`, `client_secret_post` or `none`."""
    redirect_uri: str
    scope: str = "profile:read contexts:read"


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    status: int
    body: Any = None
    challenge: dict[str, str] = field(default_factory=dict)
    """The parameters of `WWW-Authenticate`, where there is one."""


class RefusedError(Exception):
    """The library reports an OAuth error; its text is the error's code."""


class OutsideClient(Protocol):
    """One client library, set up from the server's metadata, and one user's authorization with it."""

    authorization_url: str

    def exchange(self, callback_url: str) -> Tokens:
        """Check where the user came back, and exchange the code; raises RefusedError."""

    def get(self, path: str, access_token: str) -> Answer:
        """Call the API."""

    def refresh(self, refresh_token: str) -> Tokens:
        """Get new tokens; raises RefusedError."""

    def introspect(self, token: str) -> dict[str, Any]:
        """Ask about a token."""

    def revoke(self, token: str) -> None:
        """End a token."""


Connect = Callable[[Registration], OutsideClient]
