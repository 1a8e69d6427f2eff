"""The reference in Markdown: every endpoint of an OpenAPI document, with its parameters, answers and errors.

Knows the document alone, and no more of its contents than OpenAPI does. An error's cause and cure are the summary and
the description of its example.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from portal.docs.reference_words import fields_table, kind, list_of, table

METHODS = ("get", "post", "put", "patch", "delete")
NOT_SERVED = "This server does not serve these endpoints."
_ERRORS = "Why, and *what to do*"

Json = Mapping[str, Any]


def reference_markdown(document: Json, part: str) -> str:
    """Part of the reference.

    Args:
        document: the OpenAPI document.
        part: a path, for its endpoints and those below it; a path and `#errors`, for the errors that those have in
            common; or the name of a schema.
    """
    path, _, errors = part.partition("#")
    if not path.startswith("/"):
        return _schema(document, path)
    if errors:
        return _shared_errors(document, path)
    sections = [_operation(document, *found) for found in _operations(document, path)]
    return "\n\n".join(sections) or NOT_SERVED


def _operations(document: Json, under: str) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation, with the parameters that all of the path's have."""
    for path, methods in document["paths"].items():
        if f"{path}/".startswith(f"{under}/"):
            for method in METHODS:
                if method in methods:
                    parameters = [*methods.get("parameters", []), *methods[method].get("parameters", [])]
                    yield method, path, {**methods[method], "parameters": parameters}


def _schema(document: Json, name: str) -> str:
    schema = document["components"]["schemas"].get(name)
    if schema is None:  # that of endpoints which are not served
        return ""
    blocks = [f"### {schema.get('title', name)} object", schema.get("description", ""), fields_table("Field", schema)]
    return "\n\n".join(filter(None, [*blocks, *_examples(schema, "Example")]))


def _operation(document: Json, method: str, path: str, operation: Json) -> str:
    blocks = [
        f"### {method.upper()} {path}",
        f"{operation['summary']}. {operation.get('description', '')}".strip(),
        _security(document, operation),
        _parameters(operation["parameters"]),
        *_body(document, operation),
        *_answers(document, operation),
        *_callbacks(operation),
        *_errors(path, operation),
    ]
    return "\n\n".join(filter(None, blocks))


def _security(document: Json, operation: Json) -> str:
    schemes = document["components"]["securitySchemes"]
    scopes = [scope for requirement in operation["security"] for scope in requirement.get("oauth2", [])]
    if scopes:
        return f"Needs the scope {' or '.join(f'[`{scope}`](/docs/scopes)' for scope in scopes)}."
    for requirement in operation["security"]:
        for name in requirement:
            if schemes[name]["scheme"] == "basic":
                return "Your app says who it is: see [client authentication](#client-authentication)."
            return f"Needs the {name.replace('_', ' ')} in the header `Authorization: Bearer …`."
    return ""


def _parameters(parameters: list[Json]) -> str:
    rows = [
        (f"`{one['name']}`", _required(one["required"]) + f"{kind(one['schema'])} {one['description']}")
        for one in parameters
    ]
    return table("Parameter", "Meaning", rows) if rows else ""


def _required(required: bool) -> str:
    return "**Required.** " if required else ""


def _body(document: Json, operation: Json) -> Iterator[str]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(document, content["schema"])
        for one in schema.get("oneOf", [schema]):
            variant = _resolved(document, one)
            if title := variant.get("title"):
                yield f"**{title}:**"
            if words := variant.get("description"):
                yield words
            yield fields_table("Parameter", variant)
            yield from _examples(variant, "Body")


def _answers(document: Json, operation: Json) -> Iterator[str]:
    rows, fields = [], []
    repeated = _repeated(document)
    for status, response in _own_responses(operation):
        if _problems(response):
            continue
        words = [response["description"]]
        words += [f"Header `{name}`: {header['description']}" for name, header in _own_headers(response)]
        for content in response.get("content", {}).values():
            schema = content["schema"]
            if schema.get("$ref") in repeated:
                words.append(f"The body is {_link(document, schema)}.")
            elif "$ref" in schema:
                shown = _resolved(document, schema)
                fields += [fields_table("Field of the answer", shown), *_examples(shown, "Answer")]
            for name, field in schema.get("properties", {}).items():
                words.append(f"`{name}` is {_link(document, field)}.")
        rows.append((f"`{status}`", " ".join(words)))
    yield table("Answer", "Meaning", rows)
    yield from fields


def _own_headers(response: Json) -> Iterator[tuple[str, Json]]:
    """Without those that every answer has, which the document holds once."""
    return ((name, header) for name, header in response.get("headers", {}).items() if "$ref" not in header)


def _repeated(document: Json) -> set[str]:
    """What several endpoints answer, and so has a section of its own."""
    answers = Counter(
        content["schema"].get("$ref", "")
        for _, _, operation in _operations(document, "")
        for _, response in _own_responses(operation)
        for content in response.get("content", {}).values()
    )
    return {name for name, number in answers.items() if number > 1}


def _link(document: Json, schema: Json) -> str:
    """An object that has a section of its own, or a list of such: the sections' slugs are their words."""
    schema = schema.get("anyOf", [schema])[0]  # the others are parts of it
    if schema.get("type") == "array":
        return f"a list of {_link(document, schema['items'])}"
    title = _resolved(document, schema).get("title", schema["$ref"].rpartition("/")[2])
    return f"[{title}](#{title.lower().replace(' ', '-')}-object)"


def _callbacks(operation: Json) -> Iterator[str]:
    for callback in operation.get("callbacks", {}).values():
        for methods in callback.values():
            for called in methods.values():
                yield f"**{called['summary']}:**"
                yield _parameters(called["parameters"])
                for one in called["parameters"]:
                    rows = [
                        (f"`{code}`", f"{example['summary']} *{example['description']}*")
                        for code, example in one.get("examples", {}).items()
                    ]
                    if rows:
                        yield table(f"`{one['name']}`", _ERRORS, rows)


def _errors(path: str, operation: Json) -> Iterator[str]:
    rows = [row for status, response in _own_responses(operation) for row in _rows(status, response)]
    if rows:
        yield table("Error", _ERRORS, rows)
    others = [f"`{status}`" for status, response in operation["responses"].items() if "$ref" in response]
    if others:
        yield f"{'Also the' if rows else 'The'} [errors that endpoints share](#{_anchor(path)}): {list_of(others)}."


def _shared_errors(document: Json, under: str) -> str:
    """The errors that several endpoints have, each once."""
    found: dict[str, str] = {}
    for _, _, operation in _operations(document, under):
        for status, response in operation["responses"].items():
            if "$ref" in response:
                found[response["$ref"]] = status
    rows = [
        row
        for reference, status in sorted(found.items(), key=lambda pair: pair[1])
        for row in _rows(status, _resolved(document, {"$ref": reference}))
    ]
    return f"### Errors shared below {under}\n\n{table('Error', _ERRORS, rows)}"


def _anchor(path: str) -> str:
    """Where `_shared_errors` of an endpoint are: the headings' slugs are their words."""
    return "-".join(["errors-shared-below", *path.split("/")[1:3]])


def _own_responses(operation: Json) -> Iterator[tuple[str, Json]]:
    return ((status, response) for status, response in operation["responses"].items() if "$ref" not in response)


def _problems(response: Json) -> Mapping[str, Json]:
    problems: Mapping[str, Json] = response.get("content", {}).get("application/json", {}).get("examples", {})
    return problems


def _rows(status: str, response: Json) -> Iterator[tuple[str, str]]:
    for code, example in _problems(response).items():
        yield f"{status} `{code}`", f"{example['summary']} *{example['description']}*"


def _resolved(document: Json, schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Any = document
    for step in schema["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    resolved: Json = found
    return resolved


def _examples(schema: Json, title: str) -> Iterator[str]:
    for example in schema.get("examples", []):
        yield f"```json {title}\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```"
