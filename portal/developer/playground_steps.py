"""The steps after the redirect: the request of each, and what its answer brings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal.developer.playground_calls import Call, Pairs, Variable, run, secret_variable, token_variable
from portal.developer.playground_progress import Progress
from portal.oauth.authorization_request import playground_callback
from portal.oauth.metadata import ENDPOINTS, RESOURCES
from portal.oauth.models import Client


@dataclass(frozen=True)
class Operation:
    """Something that the API does."""

    label: str
    scope: str
    method: str
    path: str
    json: tuple[tuple[str, str], ...] = ()


_HELLO = (("name", "Hello from the playground"), ("content", "Created with an access token of my own app."))
OPERATIONS: Mapping[str, Operation] = {
    "profile": Operation("Read your profile", "profile:read", "GET", "/profile"),
    "contexts": Operation("List your contexts", "contexts:read", "GET", "/contexts?limit=5"),
    "create": Operation("Create a context", "contexts:write", "POST", "/contexts", _HELLO),
    "skills": Operation("List your skills", "skills:read", "GET", "/skills?limit=5"),
    "tasks": Operation("List your tasks", "tasks:read", "GET", "/tasks?limit=5"),
}
TOKENS = ("access_token", "refresh_token")
STEPS = ("exchange", "call", "refresh", "introspect", "revoke")
WITH_SECRET = frozenset(STEPS) - {"call"}
"""Steps in which a confidential app proves who it is (RFC 6749 §2.3)."""


@dataclass(frozen=True)
class Choices:
    """What was filled in at a step."""

    secret: str = ""
    operation: str = ""
    token: str = ""


def default_operation(progress: Progress) -> str:
    """The operation chosen last, else the first that the token may do."""
    granted = progress.scope.split()
    fitting = [name for name, operation in OPERATIONS.items() if operation.scope in granted]
    return progress.operation or next(iter(fitting), "profile")


def call_of(step: str, client: Client, progress: Progress, choices: Choices) -> Call:
    """The request of a step. The secret in it is empty when it is only shown as code."""
    if step == "call":
        operation = OPERATIONS[choices.operation or default_operation(progress)]
        bearer = token_variable("access_token", progress.access_token, before="Bearer ")
        path = RESOURCES[0] + operation.path
        return Call(operation.method, path, headers=(("Authorization", bearer),), json=operation.json)
    if step in {"exchange", "refresh"}:
        endpoint = "token"
        form = _exchange(progress) if step == "exchange" else _refresh(progress)
    else:
        endpoint = "introspection" if step == "introspect" else "revocation"
        kind = choices.token or ("access_token" if step == "introspect" else "refresh_token")
        form = (("token", token_variable(kind, getattr(progress, kind))), ("token_type_hint", kind))
    return Call("POST", ENDPOINTS[endpoint], form=(*form, *_identity(client, choices.secret)))


def _exchange(progress: Progress) -> Pairs:
    return (
        ("grant_type", "authorization_code"),
        ("code", Variable("CONTEXTFILE_CODE", progress.code)),
        ("redirect_uri", playground_callback()),
        ("code_verifier", Variable("CONTEXTFILE_CODE_VERIFIER", progress.attempt.code_verifier)),
    )


def _refresh(progress: Progress) -> Pairs:
    return (("grant_type", "refresh_token"), ("refresh_token", token_variable("refresh_token", progress.refresh_token)))


def _identity(client: Client, secret: str) -> Pairs:
    """`client_secret_post`, or the client ID alone of an app that has no secret (RFC 6749 §2.3.1)."""
    identity: Pairs = (("client_id", client.client_id),)
    return (*identity, ("client_secret", secret_variable(secret))) if client.type == "confidential" else identity


def take_step(step: str, client: Client, progress: Progress, choices: Choices) -> Progress:
    """Send a step's request, and remember what came of it."""
    wire, answer = run(call_of(step, client, progress, choices))
    progress = progress.after(step, wire)
    if step == "call":
        return replace(progress, operation=choices.operation)
    if step in {"exchange", "refresh"} and wire.good:
        access_token, refresh_token, scope = (str(answer.get(name, "")) for name in (*TOKENS, "scope"))
        return replace(progress, access_token=access_token, refresh_token=refresh_token, scope=scope)
    return progress
