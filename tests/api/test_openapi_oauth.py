"""What `/openapi.json` says of the OAuth endpoints and of errors, held against the source that reads and raises it."""

import inspect
import json
import re
from typing import Any

import pytest
from authlib.oauth2.rfc6749 import InvalidScopeError, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask

from portal.oauth import (
    authorization_request,
    client_authentication,
    client_metadata,
    introspection,
    registration,
    revocation,
    server,
)
from portal.oauth.grants import AuthorizationCodeGrant, RefreshTokenGrant
from tests.api.callers import Caller
from tests.api.raised_errors import REGISTERED, codes, is_text
from tests.fixtures.applications import MakeApp
from tests.oauth import registrations

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Json = dict[str, Any]
_READ = re.compile(r'(?:form(?:\.get\(|\[)"|payload\.)(\w+)|"(\w+)" not in request\.form')


@pytest.fixture
def document(app: Flask) -> Json:
    """What is served."""
    described: Json = app.extensions["openapi"]()
    return described


def fields(document: Json, schema: str) -> set[str]:
    return set(document["components"]["schemas"][schema]["properties"])


def read_by(*sources: Any) -> set[str]:
    """The parameters of a form that these modules and classes read."""
    text = "".join(inspect.getsource(source) for source in sources)
    found = {first or second for first, second in _READ.findall(text)}
    return found - {"data", "datalist", "validate"}  # attributes of the payload, no parameters


def test_the_parameters_of_an_authorization_request_are_those_that_are_read(document: Json) -> None:
    source = inspect.getsource(authorization_request)
    read = set(re.findall(r'parameters\.get\("(\w+)"\)', source)) | authorization_request.KNOWN
    read |= {"client_id", "redirect_uri"}
    described = {one["name"] for one in document["paths"]["/oauth/authorize"]["get"]["parameters"]}
    assert described == read - {"request", "request_uri"}  # read in order to be refused


def test_the_form_of_a_code_challenge_is_that_which_is_asked(document: Json) -> None:
    (schema,) = (
        one["schema"]
        for one in document["paths"]["/oauth/authorize"]["get"]["parameters"]
        if one["name"] == "code_challenge"
    )
    assert schema["pattern"] == f"^{authorization_request._CHALLENGE.pattern}$"


def test_the_parameters_of_the_token_endpoints_are_those_that_are_read(document: Json) -> None:
    client = read_by(client_authentication)
    assert client == {"client_id", "client_secret"}
    code = read_by(AuthorizationCodeGrant, grants.AuthorizationCodeGrant, CodeChallenge)
    code -= {"state", "scope"}  # Authlib's own authorization endpoint reads these; it is not used
    refresh = read_by(RefreshTokenGrant, grants.RefreshTokenGrant)
    assert fields(document, "AuthorizationCodeRequest") == code | client | {"grant_type", "resource"}
    assert fields(document, "RefreshTokenRequest") == refresh | client | {"grant_type", "resource"}
    named = read_by(introspection, revocation)
    assert fields(document, "TokenToName") == named | client | {"token_type_hint"}  # taken and not needed
    assert read_by(server) <= {"grant_type"}


def test_the_fields_of_a_registration_are_those_that_are_read(document: Json) -> None:
    source = inspect.getsource(client_metadata)
    read = set(re.findall(r'document(?:\.get\(|, )"(\w+)"', source))
    assert len(read) > 8
    assert fields(document, "ClientMetadata") == read
    assert fields(document, "ClientReplacement") == read | {"client_id", "client_secret"}


def test_the_fields_of_an_answered_registration_are_those_that_are_described(app: Flask, document: Json) -> None:
    addresses = dict.fromkeys(("client_uri", "policy_uri", "tos_uri"), "https://client.example/about")
    answered = registrations.registered(app, **addresses)
    assert answered.keys() == fields(document, "ClientInformation")
    decided = registration._READ_ONLY
    text = document["components"]["schemas"]["ClientReplacement"]["description"]
    assert all(f"`{name}`" in text for name in decided)


def test_the_fields_of_the_metadata_are_described_with_or_without_registration(make_app: MakeApp) -> None:
    for settings in ({"registration": "open"}, {"registration": "off", "client_documents": False}):
        app = make_app(**settings)
        for path, schema in (
            ("/.well-known/oauth-authorization-server", "ServerMetadata"),
            ("/.well-known/oauth-protected-resource/api/v1", "ResourceMetadata"),
        ):
            assert app.test_client().get(path).get_json().keys() == fields(app.extensions["openapi"](), schema)


def documented(document: Json) -> list[tuple[str, str]]:
    """Every error that is listed at an endpoint, as code and text."""
    found = []
    for response in _responses(document):
        for content in response.get("content", {}).values():
            for example in content.get("examples", {}).values():
                said = example["value"]
                found.append((said["error"], said.get("message") or said["error_description"]))
    return found


def _responses(document: Json) -> list[Json]:
    own = [
        response
        for methods in document["paths"].values()
        for operation in methods.values()
        if isinstance(operation, dict)
        for response in operation["responses"].values()
    ]
    used = {one["$ref"].rpartition("/")[2] for one in own if "$ref" in one}
    assert used == document["components"]["responses"].keys()
    return own + list(document["components"]["responses"].values())


def sent_by_redirect(document: Json) -> set[str]:
    """The codes that an authorization request is answered with."""
    (called,) = document["paths"]["/oauth/authorize"]["get"]["callbacks"]["answer"].values()
    (error,) = (one for one in called["get"]["parameters"] if one["name"] == "error")
    assert set(error["examples"]) == set(error["schema"]["enum"])
    return set(error["examples"])


def test_every_error_code_that_can_be_answered_is_documented_and_no_other(document: Json) -> None:
    listed = {code for code, _ in documented(document)} | sent_by_redirect(document)
    # By its status alone, for which test_inputs.py sends a body that is too large.
    assert codes() | {"request_entity_too_large"} == listed
    assert {"invalid_grant", "invalid_client_metadata", "insufficient_scope", "login_required"} < REGISTERED & listed


def test_every_text_that_is_shown_is_one_that_is_answered(document: Json) -> None:
    composed = {"redirect_uris: Send a list of at least one redirect URI."}
    assert all(is_text(text.partition(": ")[2]) for text in composed)
    not_ours = {
        InvalidScopeError.description,  # Authlib's
        "'name': Field required.",  # Pydantic's, with the field in front
    }
    assert [text for _, text in documented(document) if not is_text(text) and text not in not_ours | composed] == []
    assert not is_text("No such text is answered.")


def test_what_a_body_that_is_too_large_is_answered_is_documented(ada: Caller, document: Json) -> None:
    response = ada.send("POST", "/contexts", data=b" " * 6_200_000, content_type="application/json")
    described = document["paths"]["/api/v1/contexts"]["post"]["responses"]["413"]["content"]["application/json"]
    said = response.get_json()
    assert described["examples"][said["error"]]["value"] == said
    assert json.loads(ada.send("POST", "/contexts", json={}).text)["message"].startswith("'name': Field required")
