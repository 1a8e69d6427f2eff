"""Registration of clients by themselves, as the API's description has it (RFC 7591, RFC 7592)."""

from collections.abc import Sequence

from portal.api.openapi.errors import WAIT, Problem, challenge, refusal
from portal.api.openapi.registration_schemas import registration_schemas
from portal.api.openapi.schemas import SCHEMAS, Json, json_content
from portal.api.openapi.shared_errors import shared
from portal.api.openapi.tokens import NO_STORE
from portal.config import Settings
from portal.oauth.metadata import REGISTRATION

_BAD = (
    Problem(
        "invalid_client_metadata",
        "The body is not a JSON object, or a field is not what it must be.",
        "The description names the field and what to send.",
        "Send the client_id that the address names.",
    ),
    Problem(
        "invalid_redirect_uri",
        "`redirect_uris` is missing or empty, or one of them cannot be used.",
        "The description names it and why.",
        "redirect_uris: Send a list of at least one redirect URI.",
    ),
    Problem(
        "invalid_request",
        "The body was not sent as JSON.",
        "Send the header `Content-Type: application/json`.",
        "Send the body as application/json (RFC 7591, section 3.1).",
    ),
)
_TOO_MANY = refusal(
    "Too many registrations.",
    [
        Problem(
            "temporarily_unavailable",
            "Too many apps have registered from this address within the hour.",
            "Wait for the seconds in `Retry-After`.",
            "Too many registrations from this address. Wait and try again.",
        )
    ],
    headers=WAIT,
)
_SUSPENDED = refusal(
    "The app is suspended.",
    [
        Problem(
            "access_denied",
            "The app was suspended by those who run this server.",
            "Ask them why.",
            "This client is suspended.",
        )
    ],
)


def describe_registration(settings: Settings) -> tuple[dict[str, Json], dict[str, Json]]:
    """The paths of the registration endpoints, and the schemas that they refer to; nothing if they are not served."""
    if settings.registration_mode == "off":
        return {}, {}
    client_id: Json = {
        "name": "client_id",
        "in": "path",
        "required": True,
        "description": "The app’s client ID.",
        "schema": {"type": "string"},
    }
    paths: dict[str, Json] = {
        REGISTRATION: {"post": _register(with_token=settings.registration_mode == "token")},
        f"{REGISTRATION}/{{client_id}}": {"parameters": [client_id], **_management()},
    }
    return paths, registration_schemas(settings.issuer)


def _operation(operation_id: str, summary: str, description: str, responses: Json, **more: object) -> Json:
    return {
        "operationId": operation_id,
        "tags": ["registration"],
        "summary": summary,
        "description": description,
        **more,
        "responses": {**responses, **shared("OAuthFailed", "OAuthBusy")},
    }


def _register(*, with_token: bool) -> Json:
    return _operation(
        "register_client",
        "Register an app",
        "For programs that cannot be registered by hand (RFC 7591). Keep what comes back: the registration access "
        "token and the secret are shown this once.",
        {
            "201": _information("The app is registered."),
            **_bad_body(),
            **(_unauthorized("initial access token") if with_token else {}),
            "429": _TOO_MANY,
        },
        security=[{"initial_access_token": []}] if with_token else [],
        requestBody=_body("ClientMetadata"),
    )


def _management() -> dict[str, Json]:
    """RFC 7592 §2."""
    refusals = {**_unauthorized("registration access token"), "403": _SUSPENDED}
    security: list[Json] = [{"registration_access_token": []}]
    return {
        "get": _operation(
            "read_registration",
            "Read your app’s registration",
            "Everything that is registered, without the secret.",
            {"200": _information("The registration."), **refusals},
            security=security,
        ),
        "put": _operation(
            "replace_registration",
            "Replace your app’s registration",
            "What you leave out is removed. "
            "An app that needs a secret from now on gets one, and one that needs none loses it.",
            {"200": _information("The registration as it is now."), **_bad_body(), **refusals},
            security=security,
            requestBody=_body("ClientReplacement"),
        ),
        "delete": _operation(
            "delete_registration",
            "Delete your app’s registration",
            "The app, its tokens and what users allowed it are gone.",
            {"204": {"description": "Done; there is no body."}, **refusals},
            security=security,
        ),
    }


def _body(schema: str) -> Json:
    return {"required": True, "content": json_content({"$ref": SCHEMAS + schema})}


def _information(description: str) -> Json:
    content = json_content({"$ref": f"{SCHEMAS}ClientInformation"})
    return {"description": description, "headers": NO_STORE, "content": content}


def _bad_body(problems: Sequence[Problem] = _BAD) -> dict[str, Json]:
    return {"400": refusal("The body cannot be used as it is.", problems), **shared("TooLarge")}


def _unauthorized(kind: str) -> dict[str, Json]:
    problem = Problem(
        "invalid_token",
        f"The {kind} is missing, or is not good for this.",
        "Send it in the header: `Authorization: Bearer`.",
        f"The {kind} is not good for this.",
    )
    return {"401": refusal("Not authorized.", [problem], headers=challenge("Bearer", "Begins with `Bearer`."))}
