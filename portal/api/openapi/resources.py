"""The REST API as its description has it: every operation below `/api/v1`, from its route and what it says it needs."""

import inspect
import re
from collections.abc import Iterator, Mapping

from flask import Flask
from pydantic import TypeAdapter
from werkzeug.routing import Rule

from portal.api.envelope import Id
from portal.api.openapi.errors import Problem, challenge, refusal
from portal.api.openapi.schemas import SCHEMAS, Json, json_content, query_parameters, schema_of
from portal.api.openapi.shared_errors import shared
from portal.api.operation import Operation
from portal.api.protection import MOST_BYTES, RESOURCE

TAGS: Mapping[str, str] = {
    "profile": "Who allowed your app.",
    "contexts": "The user’s context files, and their contents.",
    "skills": "The user’s skills.",
    "tasks": "The user’s tasks.",
}
"""The first step of an address, and what is there."""
_ARGUMENT = re.compile(r"<(\w+)>")
_BAD_QUERY = Problem(
    "invalid_request",
    "A parameter is unknown, repeated, or not within its limits.",
    "The message names it and what it must be.",
    "'page': Given more than once; give it once.",
)
_BAD_BODY = Problem(
    "invalid_request",
    "The body is not JSON, or a field is unknown, missing, or not within its limits.",
    "The message names up to ten of them and what each must be.",
    "'name': Field required.",
)
_TOO_LARGE = Problem(
    "request_entity_too_large",
    f"The body has more than {MOST_BYTES:,} bytes.",
    "Send less.",
    f"The body is larger than {MOST_BYTES} bytes; send less.",
)
_NOT_JSON = Problem(
    "unsupported_media_type",
    "The body was not sent as JSON.",
    "Send the header `Content-Type: application/json`.",
    "Send JSON with Content-Type: application/json, not none.",
)


def describe_resources(app: Flask) -> tuple[dict[str, Json], dict[str, Json]]:
    """The paths of the REST API, and the schemas that they refer to."""
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = {}
    for rule, view in _operations(app):
        path = paths.setdefault(_ARGUMENT.sub(r"{\1}", rule.rule), _arguments(rule))
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        path[method.lower()], named = _describe(rule, view)
        schemas |= named
    for collection in paths:
        _link_what_is_created(paths, collection)
    return paths, schemas


def _operations(app: Flask) -> Iterator[tuple[Rule, Operation]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if isinstance(view, Operation):
            yield rule, view


def _link_what_is_created(paths: dict[str, Json], collection: str) -> None:
    """Say which operations take the id of what was just created."""
    created = paths[collection].get("post", {}).get("responses", {}).get("201")
    for path, item in paths.items():
        if created and path.startswith(f"{collection}/"):
            (argument,) = item["parameters"]
            ids = [operation["operationId"] for operation in item.values() if "operationId" in operation]
            filled = {argument["name"]: "$response.body#/data/id"}
            created["links"] = {name: {"operationId": name, "parameters": filled} for name in ids}


def _kind(rule: Rule) -> str:
    """What there is at an address, such as `context`."""
    return rule.rule.removeprefix(f"{RESOURCE}/").split("/")[0]


def _arguments(rule: Rule) -> Json:
    """What is to be filled into an address."""
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": f"The `id` of the {name.removesuffix('_id')}.",
            "schema": TypeAdapter(Id).json_schema(),
        }
        for name in _ARGUMENT.findall(rule.rule)
    ]
    return {"parameters": parameters} if parameters else {}


def _describe(rule: Rule, view: Operation) -> tuple[Json, dict[str, Json]]:
    needs = view.needs
    first, _, rest = inspect.cleandoc(view.__doc__ or "").partition("\n\n")
    described: Json = {
        "operationId": view.__name__,
        "tags": [_kind(rule)],
        "summary": first.rstrip("."),
    }
    if rest:
        described["description"] = rest
    described["security"] = [{"oauth2": [needs.scope]}]
    if needs.query:
        described["parameters"] = query_parameters(needs.query)
    answer, named = _answer(view)
    if needs.body:
        name = needs.body.__name__
        named[name], more = schema_of(needs.body, "validation")
        named |= more
        described["requestBody"] = {"required": True, "content": json_content({"$ref": SCHEMAS + name})}
    described["responses"] = {str(needs.status): answer, **_refusals(rule, view)}
    return described, named


def _answer(view: Operation) -> tuple[Json, dict[str, Json]]:
    needs = view.needs
    if needs.answer is None:
        return {"description": "Done; there is no body."}, {}
    schema, named = schema_of(needs.answer, "serialization")
    item = schema["properties"]["data"].get("$ref", "").removeprefix(SCHEMAS)
    words = named[item]["description"] if item else "One page of the list."
    answer: Json = {"description": words, "content": json_content(schema)}
    if needs.status == 201:
        address = {
            "description": "Its address.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
        }
        answer["headers"] = {"Location": address}
    return answer, named


def _refusals(rule: Rule, view: Operation) -> dict[str, Json]:
    needs, kind = view.needs, _kind(rule).removesuffix("s")
    refusals: dict[str, Json] = {}

    def add(status: str, description: str, problem: Problem, headers: Json | None = None) -> None:
        refusals[status] = refusal(description, [problem], form="Error", headers=headers)

    if needs.query or needs.body:
        add("400", "The request cannot be used as it is.", _BAD_QUERY if needs.query else _BAD_BODY)
    refusals |= shared("Unauthorized")
    add(
        "403",
        "The access token does not go that far.",
        Problem(
            "insufficient_scope",
            f"The access token does not include `{needs.scope}`.",
            "Ask the user for it in a new authorization.",
            f"The access token does not include the scope {needs.scope}. Ask the user for it in a new authorization.",
        ),
        challenge("Bearer", "Begins with `Bearer`; names the scope that is needed."),
    )
    if "<" in rule.rule:
        add(
            "404",
            f"There is no such {kind}.",
            Problem(
                "not_found",
                f"The user has no {kind} with this `id`: it never was, was deleted, or is somebody else’s.",
                "List them to see those that there are.",
                f"The user has no {kind} with the id '1'; GET {RESOURCE}/{kind}s lists them.",
            ),
        )
    if needs.body:
        add("413", "The body is too large.", _TOO_LARGE)
        add("415", "The body is not JSON.", _NOT_JSON)
    return refusals | shared("Failed", "Busy")
