"""What the playground says of each step, and of what comes back: the only place with its explanations."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """How a step introduces itself."""

    title: str
    sentence: str
    button: str
    done: str
    """What the step brought, when it went well."""
    guide: str
    """Anchor of the guide's section about it."""
    guide_title: str


STEPS: Mapping[str, Words] = {
    "exchange": Words(
        "Exchange the code",
        "Your server trades the code for tokens, and proves with the client secret and the code verifier that it is "
        "the one that asked.",
        "Exchange the code",
        "Your app has its tokens. The access token opens the API at once.",
        "step-2-exchange-code-for-tokens",
        "Exchange code for tokens",
    ),
    "call": Words(
        "Call the API",
        "With the access token your app reads and changes what was allowed, and nothing else.",
        "Send the request",
        "The API answered.",
        "step-3-make-api-requests",
        "Make API requests",
    ),
    "refresh": Words(
        "Refresh",
        "When the access token has expired, the refresh token gets a new pair. It works once: keep the new one.",
        "Refresh the tokens",
        "Your app has a new pair; the old refresh token is spent.",
        "refreshing-tokens",
        "Refreshing tokens",
    ),
    "introspect": Words(
        "Introspect",
        "Your server asks whether a token is still good, and what it is good for.",
        "Introspect the token",
        "The server says what it knows of the token.",
        "oauth-endpoints",
        "OAuth endpoints",
    ),
    "revoke": Words(
        "Revoke",
        "When somebody disconnects your app, end its tokens: a refresh token takes everything that came of it along.",
        "Revoke the token",
        "If the token was good, it no longer is.",
        "oauth-endpoints",
        "OAuth endpoints",
    ),
}
RETURNED: Mapping[str, str] = {
    "code": "The authorization code: worth tokens to whoever has the code verifier and the client secret. It works "
    "once, and for {code_seconds} seconds.",
    "state": "The state that was sent, so this browser did begin the request.",
    "iss": "The server that answers (RFC 9207). It is the one that was asked; an app that knows several servers "
    "must compare it.",
    "error": "What went wrong, in a word that your app can act on.",
    "error_description": "The same in words for you, the developer. Do not show it to people.",
}
"""Parameters that come back to the redirect URI (RFC 6749 §4.1.2)."""
ERRORS: Mapping[str, str] = {
    "access_denied": "You pressed Deny. Your app should say that it was not connected, and offer to try again.",
    "consent_required": "prompt=none asks nobody, and not all of these scopes were allowed before. "
    "Your app would now send the person through the consent screen, without prompt.",
    "login_required": "prompt=none asks nobody, and nobody was logged in.",
    "invalid_scope": "The app may not ask for this scope. Choose among those that its settings allow.",
}
"""Errors at the redirect URI, and what an app does about them."""
FIELDS: Mapping[str, Mapping[str, str]] = {
    "tokens": {
        "access_token": "Opens the API: send it as Authorization: Bearer.",
        "expires_in": "Seconds until the access token expires. Refresh it before or when the API answers 401.",
        "refresh_token": "Gets the next pair. Store it as safely as a password.",
        "scope": "What was allowed. It can be less than you asked for.",
        "token_type": "How the access token is sent.",
    },
    "call": {
        "data": "What you asked for.",
        "meta": "How many there are in all, and which page this is.",
    },
    "introspect": {
        "active": "Whether the token is good now. If not, the answer says nothing else.",
        "scope": "What it may do.",
        "client_id": "The app that it was issued to.",
        "sub": "The person who allowed it.",
        "exp": "When it expires, in seconds since 1970.",
        "iat": "When it was issued.",
        "aud": "The resource that it is for.",
        "iss": "The server that issued it.",
    },
    "refused": {
        "error": "What went wrong, in a word that your app can act on.",
        "error_description": "The same in words, with the cure.",
        "message": "The same in words, with the cure.",
    },
}
CURES: Mapping[str, str] = {
    "invalid_client": "The server does not know who is calling. Paste the client secret again; it is shown only once, "
    "so if it is lost, make a new one.",
    "invalid_grant": "The code or token is no longer good: it expired, was used before, or was revoked.",
    "insufficient_scope": "The token works, but this was not allowed. Authorize again with the scope that is named.",
    "invalid_token": "The access token is no longer good. An app refreshes it now, once, and tries again.",
}
"""What to do about an error answer, by its code."""
REVOKED = (
    "The answer is 200 and empty whether or not there was such a token, so that nobody learns about tokens by asking. "
    "Call the API or introspect again to see that it is gone."
)


def meanings(step: str, answer: Mapping[str, object]) -> list[tuple[str, str]]:
    """The fields of an answer that need a word, in its order, with that word."""
    kind = "refused" if "error" in answer else "tokens" if step in {"exchange", "refresh"} else step
    words = FIELDS.get(kind, {})
    return [(name, words[name]) for name in answer if name in words]
