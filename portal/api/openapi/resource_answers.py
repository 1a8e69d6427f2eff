"""The good answers of the REST API's operations, as its description has them."""

from portal.api.fields import Fields, shown_in
from portal.api.openapi.resource_headers import APPLIED, ETAG, LOCATION, shared_headers
from portal.api.openapi.schemas import SCHEMAS, Json, json_content, schema_of
from portal.api.operation import RECEIPT, Needs


def describe_answers(needs: Needs, method: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """The good answers of an operation by their statuses, and the schemas that they refer to."""
    if needs.stream:
        return _stream(), {}
    if needs.answer is None:
        return {str(needs.status): _answer("Done; there is no body.")}, {}
    schema, named = schema_of(needs.answer, "serialization")
    shown, data = shown_in(needs.answer).__name__, schema["properties"]["data"]
    if needs.shows or (needs.query and issubclass(needs.query, Fields)):
        named[f"SomeOf{shown}"] = _some_of(named[shown], shown)
        some = {"anyOf": [{"$ref": SCHEMAS + shown}, {"$ref": f"{SCHEMAS}SomeOf{shown}"}]}
        schema["properties"]["data"] = {**data, "items": some} if "items" in data else some
    words = "One page of the list." if "items" in data else named[shown]["description"]
    if needs.shows:
        words += f" Without the scope `{needs.shows}`, only `{'`, `'.join(RECEIPT)}`."
    content = json_content(schema)
    if needs.execution:
        return {
            "200": _answer(f"{words} It has finished, or failed.", content, APPLIED),
            "202": _answer(f"{words} It goes on.", content, LOCATION | APPLIED),
        }, named
    headers = {**(LOCATION if needs.status == 201 else {}), **(ETAG if needs.versioned and method != "PUT" else {})}
    answers = {str(needs.status): _answer(words, content, headers)}
    if needs.versioned and method == "GET":
        answers["304"] = _answer("It is the one that `If-None-Match` names; there is no body.", headers=ETAG)
    return answers, named


def _answer(description: str, content: Json | None = None, headers: Json | None = None) -> Json:
    answer: Json = {"description": description, "headers": (headers or {}) | shared_headers()}
    return answer | ({"content": content} if content else {})


def _stream() -> dict[str, Json]:
    events: Json = {"text/event-stream": {"schema": {}}}  # before OpenAPI 3.2 there is no word for what is in them
    return {
        "200": _answer("The events, as they come.", events),
        "204": _answer("Nothing comes after the event that `Last-Event-ID` names."),
    }


def _some_of(schema: Json, shown: str) -> Json:
    """What is left of an object when a request names `fields`, or its token may not read."""
    return {
        "description": f"{shown}, with some of its fields: those that the parameter `fields` names.",
        "type": "object",
        "properties": schema["properties"],
        "minProperties": 1,
    }
