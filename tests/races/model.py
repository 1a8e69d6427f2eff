"""What must hold of an authorization, as plain as it can be said: the server is compared with it step by step."""

from dataclasses import dataclass, field

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 86400
GRANT_SECONDS = 40 * 86400
"""Shorter than usual, so that a life of few steps comes to it."""
CODE_SECONDS = 60
RETRY_SECONDS = 10


@dataclass
class AccessToken:
    """An access token, and what it may do until when."""

    text: str
    scope: frozenset[str]
    expires_at: int
    revoked: bool = False


@dataclass
class Family:
    """One authorization: a code, then the tokens that came of it."""

    code: str
    scope: frozenset[str]
    created_at: int
    spent: bool = False
    """Whether the code was exchanged."""
    ended: str | None = None
    """Why it was revoked."""
    access: list[AccessToken] = field(default_factory=list)
    refresh: list[str] = field(default_factory=list)
    refresh_expires_at: int = 0
    rotated_at: int | None = None

    @property
    def expires_at(self) -> int:
        """No token outlives this."""
        return self.created_at + GRANT_SECONDS

    def is_open(self, now: int) -> bool:
        """Whether anything of it is good."""
        return self.ended is None and now < self.expires_at

    def end(self, reason: str) -> None:
        """Revoke it; the first reason stays."""
        self.ended = self.ended or reason

    def may_exchange(self, now: int) -> bool:
        """Whether its code is good."""
        return not self.spent and self.is_open(now) and now < self.created_at + CODE_SECONDS

    def issue(self, access: str, refresh: str, scope: frozenset[str], now: int) -> None:
        """Note tokens that it was given."""
        self.rotated_at = now if self.refresh else None
        self.access.append(AccessToken(access, scope, min(now + ACCESS_SECONDS, self.expires_at)))
        self.refresh.append(refresh)
        self.refresh_expires_at = min(now + REFRESH_SECONDS, self.expires_at)

    def may_refresh(self, token: str, now: int) -> bool:
        """Whether a refresh token is good for new tokens."""
        return self.is_open(now) and [token] == self.refresh[-1:] and now < self.refresh_expires_at

    def may_retry(self, token: str, now: int) -> bool:
        """Whether it gets the last answer again."""
        return (
            self.is_open(now)
            and self.rotated_at is not None
            and now < self.rotated_at + RETRY_SECONDS
            and token == self.refresh[-2]
        )

    def opens(self, token: AccessToken, now: int) -> bool:
        """Whether an access token is good: the current one and the one before it are, each for its own time."""
        return self.is_open(now) and token in self.access[-2:] and not token.revoked and now < token.expires_at

    def live_refresh_tokens(self, now: int) -> list[str]:
        """The refresh tokens that are good: one at most."""
        return [token for token in self.refresh if self.may_refresh(token, now)]
