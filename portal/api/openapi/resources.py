"""The REST API as its description has it: every operation below `/api/v1`, from its route and what it says it needs."""

import inspect
import re
from collections.abc import Iterator, Mapping

from flask import Flask
from pydantic import TypeAdapter
from werkzeug.routing import Rule

from portal.api.envelope import Id
from portal.api.fields import Fields, shown_in
from portal.api.openapi.resource_answers import describe_answers
from portal.api.openapi.resource_errors import describe_refusals
from portal.api.openapi.resource_headers import headers_of_request
from portal.api.openapi.schemas import SCHEMAS, Json, json_content, query_parameters, schema_of
from portal.api.operation import Needs, Operation
from portal.api.protection import RESOURCE
from portal.config import Settings

TAGS: Mapping[str, str] = {
    "profile": "Who allowed your app.",
    "contexts": "The user’s context files, and their contents.",
    "skills": "The user’s skills.",
    "tasks": "The user’s tasks.",
    "runs": "What your app has run of them for the user.",
}
"""The first step of an address, and what is there."""
_ARGUMENT = re.compile(r"<(\w+)>")


def describe_resources(app: Flask, settings: Settings) -> tuple[dict[str, Json], dict[str, Json]]:
    """The paths of the REST API, and the schemas that they refer to."""
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = {}
    for rule, view in _operations(app):
        path = paths.setdefault(_ARGUMENT.sub(r"{\1}", rule.rule), _arguments(rule))
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        path[method.lower()], named = _describe(rule, method, view, settings)
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
            links = created.setdefault("links", {})
            links |= {name: {"operationId": name, "parameters": filled} for name in ids}


def _kind(rule: Rule) -> str:
    """What there is at an address, such as `contexts`."""
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


def _describe(rule: Rule, method: str, view: Operation, settings: Settings) -> tuple[Json, dict[str, Json]]:
    needs = view.needs
    first, _, rest = inspect.cleandoc(view.__doc__ or "").partition("\n\n")
    described: Json = {
        "operationId": view.__name__,
        "tags": [_kind(rule)],
        "summary": first.rstrip("."),
    }
    if rest:
        described["description"] = rest
    described["security"] = [{"oauth2": [scope]} for scope in needs.scopes]
    if parameters := [*_query(needs), *headers_of_request(needs, method)]:
        described["parameters"] = parameters
    answers, named = describe_answers(needs, method)
    if needs.body:
        name = needs.body.__name__
        named[name], more = schema_of(needs.body, "validation")
        named |= more
        described["requestBody"] = {"required": True, "content": json_content({"$ref": SCHEMAS + name})}
    refusals = describe_refusals(needs, _kind(rule), method, settings, of_one="<" in rule.rule)
    described["responses"] = answers | refusals
    return described, named


def _query(needs: Needs) -> list[Json]:
    parameters = query_parameters(needs.query) if needs.query else []
    for one in parameters:
        if one["name"] == "fields" and needs.query and issubclass(needs.query, Fields) and needs.answer:
            known = {"enum": list(shown_in(needs.answer).model_fields)}
            one |= {"style": "form", "explode": False, "schema": {"type": "array", "items": known, "minItems": 1}}
    return parameters
