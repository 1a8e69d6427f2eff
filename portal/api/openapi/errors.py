"""How the API's description writes an error: code, why, what to do, and a text that is answered.

Tests hold every code and text against those that the server raises.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.api.openapi.schemas import SCHEMAS, Json, json_content

ERROR_SCHEMAS: Mapping[str, Json] = {
    "Error": {
        "description": "An error of the REST API.",
        "type": "object",
        "required": ["error", "message"],
        "additionalProperties": False,
        "properties": {
            "error": {"type": "string", "description": "The code, for your program."},
            "message": {"type": "string", "description": "What happened and what to do, for you; may change."},
        },
    },
    "OAuthError": {
        "description": "An error of the OAuth endpoints (RFC 6749, section 5.2).",
        "type": "object",
        "required": ["error"],
        "additionalProperties": False,
        "properties": {
            "error": {"type": "string", "description": "The code, for your program."},
            "error_description": {
                "type": "string",
                "pattern": r"^[\u0020-\u0021\u0023-\u005b\u005d-\u007e]*$",
                "description": "What happened and what to do, for you; may change.",
            },
        },
    },
}
WAIT: Json = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
REFERENCE: Json = {
    "X-Request-Id": {
        "description": "Quote it when you report the failure.",
        "required": True,
        "schema": {"type": "string"},
    }
}


def challenge(scheme: str, description: str) -> Json:
    """The header that names how to authenticate (RFC 9110 §11.6.1)."""
    schema = {"type": "string", "pattern": f"^{scheme} "}
    return {"WWW-Authenticate": {"description": description, "required": True, "schema": schema}}


@dataclass(frozen=True)
class Problem:
    """An error code: when it is answered, what to do, and one of the texts that come with it."""

    code: str
    when: str
    cure: str
    text: str

    def with_text(self, text: str) -> "Problem":
        """The same with another of its texts."""
        return replace(self, text=text)


def refusal(
    description: str, problems: Sequence[Problem], *, form: str = "OAuthError", headers: Json | None = None
) -> Json:
    """A response with one of these errors.

    Args:
        form: which of ERROR_SCHEMAS it has.
    """
    text_field = "message" if form == "Error" else "error_description"
    codes = list(dict.fromkeys(problem.code for problem in problems))
    schema = {"$ref": SCHEMAS + form, "properties": {"error": {"enum": codes}}}
    examples = {
        problem.code: {
            "summary": problem.when,
            "description": problem.cure,
            "value": {"error": problem.code, text_field: problem.text},
        }
        for problem in problems
    }
    return {
        "description": description,
        **({"headers": headers} if headers else {}),
        "content": json_content(schema, examples=examples),
    }
