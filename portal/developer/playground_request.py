"""The playground's authorization request: what it sends, and what makes the answer this browser's own.

Nothing is stored for it. `state` carries the request, sealed with the session's value, and the PKCE code verifier
follows from it, so both can be made again when the answer arrives, and by nobody else.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from flask_login import current_user
from itsdangerous import BadData, URLSafeSerializer

from portal.config import current_settings
from portal.developer.playground_calls import Call
from portal.oauth.authorization_request import playground_callback
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.models import Client
from portal.oauth.scopes import SCOPES, parse, write

PROMPTS = {
    "": "Left out: the person is asked.",
    "consent": "consent: the person is asked, also if they allowed it before.",
    "none": "none: nobody is asked; what was not allowed before comes back as an error.",
}
"""`login` is not among them: to log in again begins a new session, and the answer belongs to the old one."""
PARAMETERS = {
    "response_type": "You want an authorization code; it is the only kind of answer there is.",
    "client_id": "Your app. The client ID is public.",
    "redirect_uri": "Where the answer goes. This one is the playground’s and needs no registration; "
    "your app sends one of its own redirect URIs, character by character as registered.",
    "scope": "What your app asks for, separated by blanks. Ask for no more than it uses.",
    "prompt": "Whether the person must be asked.",
    "state": "A random value that comes back with the answer. Your app compares it: another value means that "
    "somebody else began this request.",
    "code_challenge": "PKCE: the SHA-256 of the code verifier, which stays with your app until it exchanges the code.",
    "code_challenge_method": "How the challenge was made. plain is not accepted.",
}
"""What each parameter of the request is for, in the words of the page."""


def seal(purpose: str) -> URLSafeSerializer:
    """Signs what travels through this browser, for one purpose; nothing but its session can read it back."""
    salt = f"playground {purpose} {current_user.get_id()}"
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    keys = [*current_settings().earlier_secret_keys, current_settings().secret_key]  # the last one signs
    return URLSafeSerializer(keys, salt=salt, signer_kwargs=options)


@dataclass(frozen=True)
class Attempt:
    """One authorization request."""

    client_id: str
    scope: str
    prompt: str
    nonce: str

    @property
    def state(self) -> str:
        """RFC 6749 §10.12: cannot be guessed, and is bound to this browser's session."""
        return str(seal("state").dumps(astuple(self)))

    @property
    def code_verifier(self) -> str:
        """RFC 7636 §4.1: 43 unreserved characters, 256 bits that follow from the request and the session's value."""
        key, message = f"playground code verifier {current_user.get_id()}", repr(astuple(self))
        return _base64url(hmac.digest(key.encode(), message.encode(), "sha256"))

    @property
    def code_challenge(self) -> str:
        """RFC 7636 §4.2, S256."""
        return _base64url(hashlib.sha256(self.code_verifier.encode()).digest())

    @property
    def call(self) -> Call:
        """The request that the browser sends."""
        return Call("GET", ENDPOINTS["authorization"], query=(*self._chosen(), *self._proofs()))

    @property
    def template(self) -> Call:
        """The request without what is new in each one."""
        return Call("GET", ENDPOINTS["authorization"], query=self._chosen())

    def _chosen(self) -> tuple[tuple[str, str], ...]:
        return (
            ("response_type", "code"),
            ("client_id", self.client_id),
            ("redirect_uri", playground_callback()),
            ("scope", self.scope),
            *([("prompt", self.prompt)] if self.prompt else []),
        )

    def _proofs(self) -> tuple[tuple[str, str], ...]:
        return (
            ("state", self.state),
            ("code_challenge", self.code_challenge),
            ("code_challenge_method", "S256"),
        )


def new_attempt(client: Client, scopes: Iterable[str] = (), prompt: str = "") -> Attempt:
    """A request for some of the scopes that the app may ask for; for all that only view if none of them is named."""
    allowed = parse(client.scope)
    chosen = allowed & frozenset(scopes) or frozenset(name for name in allowed if not SCOPES[name].risk) or allowed
    known = prompt if prompt in PROMPTS else ""
    return Attempt(client.client_id, write(chosen), known, secrets.token_urlsafe(9))


def read_state(state: str) -> Attempt | None:
    """The request that a state was made for; None if it was not made in this session."""
    try:
        return Attempt(*seal("state").loads(state))
    except (BadData, TypeError):  # TypeError: an earlier release sealed other fields
        return None


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
