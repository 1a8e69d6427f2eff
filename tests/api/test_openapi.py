"""`/openapi.json` is valid, and says of the server what is so: nothing more, nothing less."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from portal.api.operation import Operation
from portal.oauth.scopes import SCOPES
from tests.api.test_access import LISTS, ON_ONE_OBJECT
from tests.fixtures.applications import MakeApp

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Json = dict[str, Any]
METHODS = {"get", "post", "put", "patch", "delete"}
REGISTRATIONS = [
    {"registration": "open"},
    {"registration": "token", "registration_token": "t" * 32},
    {"registration": "off", "client_documents": False},
]


@pytest.fixture
def document(app: Flask) -> Json:
    """What is served."""
    served: Json = app.test_client().get("/openapi.json").get_json()
    return served


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation."""
    for path, methods in document["paths"].items():
        for method in METHODS & methods.keys():
            yield method, path, methods[method]


def parameters(document: Json, method: str, path: str) -> list[Json]:
    """Everything that is sent with a request beside its body."""
    item = document["paths"][path]
    return [*item.get("parameters", []), *item[method].get("parameters", [])]


def nodes(value: object) -> Iterator[Json]:
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(part)


@pytest.mark.parametrize("settings", REGISTRATIONS, ids=lambda settings: settings["registration"])
def test_it_is_valid_whatever_the_settings(make_app: MakeApp, settings: Json) -> None:
    document = make_app(**settings).test_client().get("/openapi.json").get_json()
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("settings", REGISTRATIONS, ids=lambda settings: settings["registration"])
def test_it_has_every_route_of_the_apis_and_no_other(make_app: MakeApp, settings: Json) -> None:
    app = make_app(**settings)
    described = {(method, path) for method, path, _ in operations(app.extensions["openapi"]())}
    served = {
        (method.lower(), re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/oauth/", "/.well-known/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    served.discard(("post", "/oauth/authorize"))  # the consent screen's own form
    served.remove(("get", "/.well-known/oauth-protected-resource/{resource}"))
    served.add(("get", "/.well-known/oauth-protected-resource/api/v1"))  # the only resource that there is
    if settings["registration"] == "off":
        served = {(method, path) for method, path in served if not path.startswith("/api/oauth/register")}
    assert described == served


def test_each_operation_has_an_id_a_tag_and_words(document: Json) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids) > 15
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, operation in operations(document):
        assert re.fullmatch("authorize|[a-z]+(_[a-z]+)+", operation["operationId"])
        assert operation["summary"][0].isupper()
        assert operation["summary"][-1] != "."
        assert set(operation["tags"]) < tags
        for parameter in parameters(document, method, path):
            assert parameter["description"].endswith("."), f"{path}: {parameter['name']}"


def test_every_field_of_a_body_and_of_an_answer_has_a_meaning(document: Json) -> None:
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema["properties"].items():
            assert described.get("description", "").endswith("."), f"{name}: {field}"


def test_every_scope_is_there_in_the_words_of_the_consent_screen(document: Json) -> None:
    (flow,) = document["components"]["securitySchemes"]["oauth2"]["flows"].values()
    assert flow["scopes"] == {scope.name: scope.sentence for scope in SCOPES.values()}


def test_each_operation_names_the_scope_that_it_is_refused_without(document: Json) -> None:
    named = {
        (method.upper(), re.sub("_id}", "}", path.removeprefix("/api/v1"))): operation["security"]
        for method, path, operation in operations(document)
        if path.startswith("/api/v1/")
    }
    # test_access.py holds the matrix against the server.
    assert named == {
        (one.method, one.path): [{"oauth2": [scope]} for scope in one.scopes] for one in LISTS + ON_ONE_OBJECT
    }


def test_every_field_of_the_models_is_there(app: Flask, document: Json) -> None:
    views = [view for view in app.view_functions.values() if isinstance(view, Operation)]
    assert len(views) == len(LISTS + ON_ONE_OBJECT)
    described = {operation["operationId"]: (method, path) for method, path, operation in operations(document)}
    for view in views:
        method, path = described[view.__name__]
        needs, operation = view.needs, document["paths"][path][method]
        queried = {one["name"] for one in parameters(document, method, path) if one["in"] == "query"}
        assert queried == set(needs.query.model_fields if needs.query else ())
        if needs.body:
            content = operation["requestBody"]["content"]["application/json"]
            name = content["schema"]["$ref"].rpartition("/")[2]
            assert document["components"]["schemas"][name]["properties"].keys() == needs.body.model_fields.keys()
        if needs.answer:
            content = operation["responses"][str(needs.status)]["content"]["application/json"]
            assert content["schema"]["properties"].keys() == needs.answer.model_fields.keys()


def test_the_headers_that_scripts_may_send_and_read_are_those_that_are_described(app: Flask, document: Json) -> None:
    ours = [(method, path, one) for method, path, one in operations(document) if path.startswith("/api/v1/")]
    sent = {one["name"] for method, path, _ in ours for one in parameters(document, method, path)} - {
        one["name"] for method, path, _ in ours for one in parameters(document, method, path) if one["in"] != "header"
    }
    shared = document["components"]["responses"]
    answers = [
        shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for _, _, operation in ours
        for answer in operation["responses"].values()
    ]
    answered = {name for answer in answers for name in answer.get("headers", {})}
    headers = app.test_client().options("/api/v1/contexts").headers
    allowed = set(headers["Access-Control-Allow-Headers"].split(", "))
    assert allowed == sent | {"Authorization", "Content-Type"}
    assert set(headers["Access-Control-Expose-Headers"].split(", ")) == answered


def test_what_is_created_leads_to_every_operation_on_it(document: Json) -> None:
    links = document["paths"]["/api/v1/contexts"]["post"]["responses"]["201"]["links"]
    assert links.keys() == {"read_context", "update_context", "replace_context", "delete_context"}
    assert all(link["parameters"] == {"context_id": "$response.body#/data/id"} for link in links.values())


def test_every_example_is_one(document: Json) -> None:
    """Those of schemas, of parameters and of errors; the same validator refuses what they are not."""
    document = json.loads(json.dumps(document).replace('"#/', '"urn:document#/'))
    schemas = document["components"]["schemas"]
    whole = Resource.from_contents(document, DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:document", whole)

    def is_valid(schema: Json, value: object) -> bool:
        return bool(OAS31Validator(schema, registry=registry).is_valid(value))

    examples = [(node, value) for node in nodes(document) for value in node.get("examples", []) if "type" in node]
    errors = [(node["schema"], one["value"]) for node in nodes(document) for one in _named_examples(node)]
    assert len(examples) > 15
    assert len(errors) > 40
    assert [value for schema, value in examples + errors if not is_valid(schema, value)] == []
    assert not is_valid(schemas["Context"], {**schemas["Context"]["examples"][0], "id": 1})


def _named_examples(node: Json) -> list[Json]:
    return list(node["examples"].values()) if isinstance(node.get("examples"), dict) and "schema" in node else []


def test_lifetimes_are_those_of_the_settings(make_app: MakeApp) -> None:
    app = make_app(access_token_seconds=1234, code_seconds=77)
    text = app.test_client().get("/openapi.json").text
    assert '"expires_in": 1234' in text
    assert text.count("within 77 seconds") == text.count("good for 77 seconds") == 1


def test_no_example_looks_like_a_whole_credential(app: Flask) -> None:
    text = app.test_client().get("/openapi.json").text
    assert len(re.findall(r"\bcf_[a-z]+_…", text)) > 5
    assert re.findall(r"\bcf_[a-z]+_[A-Za-z0-9]+", text) == []


def test_programs_of_any_origin_may_read_it_and_need_not_read_it_twice(app: Flask) -> None:
    browser = app.test_client()
    first = browser.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert first.mimetype == "application/json"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    assert json.loads(gzip.decompress(first.data)) == browser.get("/openapi.json").get_json()
    again = browser.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
