"""Pydantic's models as OpenAPI describes them: schemas, and the parameters of a query."""

from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"


class _AsWritten(GenerateJsonSchema):
    """Without titles that only repeat a field's name, and everything in the order of the source."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 (Pydantic's signature)
        """Never."""
        return False

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        """As it came."""
        return value


def schema_of(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> tuple[Json, dict[str, Json]]:
    """The schema of a model, and those that it refers to by name.

    Args:
        mode: `validation` for what clients send, `serialization` for what they get.
    """
    schema = model.model_json_schema(mode=mode, ref_template=SCHEMAS + "{model}", schema_generator=_AsWritten)
    named: dict[str, Json] = schema.pop("$defs", {})
    for one in (schema, *named.values()):
        del one["title"]  # the name of our class
        for field in one.get("properties", {}).values():
            if "description" in field:
                field["description"] = " ".join(field["description"].split())  # on one line, as tables need it
    return schema, named


def query_parameters(model: type[BaseModel]) -> list[Json]:
    """The fields of a model as the parameters of a query."""
    schema, _ = schema_of(model, "validation")
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": field.pop("description"),
            "schema": _without_null(field),
        }
        for name, field in schema["properties"].items()
    ]


def _without_null(field: Json) -> Json:
    """A parameter is sent or left out: that its default is None is how our code reads it."""
    kinds = [kind for kind in field.pop("anyOf", []) if kind != {"type": "null"}]
    if kinds:
        del field["default"]
        field |= kinds[0]
    return field


def json_content(schema: Json, **more: Any) -> Json:
    """A body in JSON.

    Args:
        more: what else to say of it, such as `examples`.
    """
    return {"application/json": {"schema": schema, **more}}
