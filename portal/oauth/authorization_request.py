"""What an authorization request may ask (RFC 6749 §4.1.1): a function a rule, in the order of their precedence.

Until client and redirect URI are known to belong together nothing is redirected. Authlib's own endpoint is not
used here: it drops unknown scopes, accepts `plain`, forgets `iss` on errors and fails on quotes in what was sent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.config import current_settings
from portal.oauth import redirect_uris
from portal.oauth.client_documents import UnusableDocument, find_document_client
from portal.oauth.clients import RegisteredClient, find_client_to_authorize, is_document_url
from portal.oauth.errors import ProtocolError, printable
from portal.oauth.inbound import Parameters, parse_parameters
from portal.oauth.metadata import PLAYGROUND_CALLBACK, RESOURCES, RESPONSE_TYPES
from portal.oauth.scopes import SCOPES, parse, write

KNOWN = {"response_type", "scope", "state", "code_challenge", "code_challenge_method", "prompt", "resource"}
"""Parameters that matter here, beside client and redirect URI; others are ignored whatever they hold (§3.1)."""
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
_REGISTER_IT = "register this one under Developer → OAuth Apps."
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class NotRedirectable(ProtocolError):
    """A request whose sender is not known to own the redirect URI: shown to the person, never redirected (§4.1.2.1)."""

    def __init__(
        self,
        description: str,
        cure: str,
        *,
        client: RegisteredClient | None = None,
        compared_with: str | None = None,
        cause: str = "",
    ) -> None:
        super().__init__("invalid_request", printable(description, 300), cause=cause)
        self.cure = cure
        self.client = client
        self.client_id = client.client_id if client else None
        self.compared_with = compared_with


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request that may be put before the resource owner."""

    client: RegisteredClient
    redirect_uri: str
    redirect_uri_sent: bool
    scope: frozenset[str] = field(default_factory=frozenset)
    state: str = ""
    code_challenge: str | None = None
    resources: tuple[str, ...] = ()
    """Paths of the protected resources that the tokens will be for."""
    prompt: frozenset[str] = frozenset()
    login_hint: str = ""

    @property
    def for_owner_alone(self) -> bool:
        """Whether it leads to the portal's own playground, where nobody but the client's owner may be sent."""
        return self.redirect_uri == playground_callback()


def playground_callback() -> str:
    """A redirect URI that need not be registered: the playground's, of every client that has an owner."""
    return current_settings().issuer + PLAYGROUND_CALLBACK


def read_request(query: bytes, remote: str) -> AuthorizationRequest:
    """Read and check the query of an authorization request.

    Args:
        query: the raw query string.
        remote: the visitor's address, for counting fetches of client ID metadata documents.

    Raises:
        NotRedirectable: client or redirect URI are missing, unknown, repeated or do not match.
        ProtocolError: anything else; its `redirect_uri` and `state` say where it goes.
    """
    try:
        parameters = parse_parameters(query)
    except ProtocolError as error:
        raise NotRedirectable(error.description, "Correct the link in the app that sent you here.") from None
    client = _client(parameters, remote)
    redirect_uri = _redirect_uri(parameters, client)
    try:
        _check_form(parameters)
        _check_response(parameters)
        return AuthorizationRequest(
            client=client,
            redirect_uri=redirect_uri,
            redirect_uri_sent="redirect_uri" in parameters.values,
            scope=_scope(parameters, client),
            state=parameters.get("state") or "",
            code_challenge=_code_challenge(parameters, client),
            resources=granted_resources(parameters.resources),
            prompt=_prompt(parameters),
            login_hint=parameters.get("login_hint") or "",
        )
    except ProtocolError as error:
        error.client_id, error.redirect_uri = client.client_id, redirect_uri
        error.state = None if "state" in parameters.repeated else parameters.get("state")
        raise


def _check_readable(parameters: Parameters, name: str, client: RegisteredClient | None) -> None:
    if name in parameters.repeated:
        raise NotRedirectable(f"The parameter {name} is repeated.", f"Send {name} once.", client=client)
    if name in parameters.garbled:
        raise NotRedirectable(f"The parameter {name} contains a control character.", "Trim its value.", client=client)


def _client(parameters: Parameters, remote: str) -> RegisteredClient:
    _check_readable(parameters, "client_id", None)
    client_id = parameters.get("client_id")
    if client_id is None:
        raise NotRedirectable(
            "The parameter client_id is missing.", "Send the client ID of your OAuth app as client_id."
        )
    try:
        by_url = is_document_url(client_id)
        client = find_document_client(client_id, remote) if by_url else find_client_to_authorize(client_id)
    except UnusableDocument as error:
        raise NotRedirectable(error.description, error.cure) from error
    if client is None:
        raise NotRedirectable(
            "There is no app with this client ID.",
            "Copy the client ID again from Developer → OAuth Apps; it begins with cf_app_.",
        )
    if client.suspended:
        raise NotRedirectable(
            "This app is suspended.", "Ask the app's makers what happened.", client=client, cause="client_suspended"
        )
    return client


def _redirect_uri(parameters: Parameters, client: RegisteredClient) -> str:
    _check_readable(parameters, "redirect_uri", client)
    sent = parameters.get("redirect_uri")
    if sent is None:
        only = client.get_default_redirect_uri()
        if only is None:
            raise NotRedirectable(
                "The parameter redirect_uri is missing.",
                "This app has several redirect URIs: say which one with redirect_uri.",
                client=client,
                cause="redirect_uri_missing",
            )
        return only
    if client.owner_id and sent == playground_callback():
        return sent
    if not client.check_redirect_uri(sent):
        raise NotRedirectable(
            "The redirect URI is not one that this app has registered.",
            "Send a registered redirect URI, or "
            + ("list this one in the client document." if client.document_host else _REGISTER_IT),
            client=client,
            compared_with=redirect_uris.closest(sent, client.redirect_uris),
            cause="redirect_uri_mismatch",
        )
    return sent


def _check_form(parameters: Parameters) -> None:
    """RFC 6749 §3.1: request parameters must not be included more than once. NUL has no place in any."""
    if garbled := parameters.garbled & KNOWN:
        raise ProtocolError("invalid_request", f"Control character in {', '.join(sorted(garbled))}. Trim the value.")
    if parameters.repeated:
        names = ", ".join(sorted(printable(name, 40) for name in parameters.repeated))
        raise ProtocolError("invalid_request", f"Repeated parameters: {names}. Send each once.")


def _check_response(parameters: Parameters) -> None:
    """RFC 6749 §3.1.1; the implicit grant is gone (RFC 9700 §2.1.2)."""
    response_type = parameters.get("response_type")
    if response_type is None:
        raise ProtocolError("invalid_request", "Send response_type=code.")
    if response_type not in RESPONSE_TYPES:
        raise ProtocolError("unsupported_response_type", "Only response_type=code is served.")
    if parameters.get("response_mode") not in {None, "query"}:
        raise ProtocolError("invalid_request", "Only response_mode=query is served.")
    if parameters.get("request") or parameters.get("request_uri"):
        raise ProtocolError("invalid_request", "Request objects are not served: send plain parameters.")


def _scope(parameters: Parameters, client: RegisteredClient) -> frozenset[str]:
    """RFC 6749 §3.3: nothing is dropped silently."""
    scope = parse(parameters.get("scope") or "") or client.default_scope
    if not scope:
        raise ProtocolError(
            "invalid_scope", f"Name at least one scope, of: {write(client.scope)}.", cause="scope_missing"
        )
    if unknown := scope - SCOPES.keys():
        raise ProtocolError(
            "invalid_scope",
            f"Unknown scope: {printable(' '.join(sorted(unknown)))}. There are: {write(frozenset(SCOPES))}.",
            cause="scope_unknown",
        )
    if excess := scope - client.scope:
        raise ProtocolError("invalid_scope", f"This app may not ask for {write(excess)}.", cause="scope_not_allowed")
    return scope


def _code_challenge(parameters: Parameters, client: RegisteredClient) -> str | None:
    """RFC 7636 §4.3–4.4.1: S256, of every client that must send a challenge or does."""
    challenge, method = parameters.get("code_challenge"), parameters.get("code_challenge_method")
    if challenge is None and method is None and not client.require_pkce:
        return None
    if challenge is None:
        text = "Send a PKCE code_challenge, with code_challenge_method=S256."
        raise ProtocolError("invalid_request", text, cause="pkce_missing")
    if method != "S256":
        text = "Send code_challenge_method=S256; plain is not accepted."
        raise ProtocolError("invalid_request", text, cause="pkce_unusable")
    if not _CHALLENGE.fullmatch(challenge):
        raise ProtocolError(
            "invalid_request",
            "The code_challenge must be 43 characters: the base64url SHA-256 of the verifier, unpadded.",
            cause="pkce_unusable",
        )
    return challenge


def granted_resources(sent: Sequence[str]) -> tuple[str, ...]:
    """The paths of the resources that a request names (RFC 8707 §2); the REST API if it names none.

    Raises:
        ProtocolError: `invalid_target`; one of them is not served here.
    """
    known = {current_settings().issuer + path: path for path in RESOURCES}
    if any(uri not in known for uri in sent):
        raise ProtocolError("invalid_target", f"Unknown resource. There are: {' '.join(known)}.")
    return tuple(dict.fromkeys(known[uri] for uri in sent)) or RESOURCES[:1]


def _prompt(parameters: Parameters) -> frozenset[str]:
    """What the client wants the person to be asked again; the values are OpenID Connect Core's (§3.1.2.1)."""
    prompt = parse(parameters.get("prompt") or "")
    if not prompt <= PROMPTS:
        raise ProtocolError("invalid_request", f"The prompt must be of: {' '.join(sorted(PROMPTS))}.")
    if "none" in prompt and len(prompt) > 1:
        raise ProtocolError("invalid_request", "The prompt none allows no other beside it.")
    return prompt
