"""What our source says about errors: the codes that it raises, and the texts that it may answer with."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "portal"
_REGISTERED = """
    invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope access_denied
    unsupported_response_type server_error temporarily_unavailable
    unsupported_token_type invalid_token insufficient_scope
    invalid_redirect_uri invalid_client_metadata invalid_software_statement unapproved_software_statement
    invalid_target invalid_authorization_details invalid_dpop_proof use_dpop_nonce
    interaction_required login_required consent_required account_selection_required
"""  # RFC 6749, 7009 and 6750, 7591, 8707 and 9396 and 9449, OpenID Connect Core
REGISTERED = frozenset(_REGISTERED.split()) | {"unauthorized", "not_found"}  # the REST API's own
"""Codes by which a string is known to be one, wherever it stands."""
_CLASSES = {"ProtocolError": 0, "ApiError": 1}
"""Errors, and which of their arguments is the code."""


@cache
def _trees() -> tuple[ast.Module, ...]:
    rooms = ("oauth", "consent", "api")
    paths = [path for room in rooms for path in (ROOT / room).glob("*.py")]  # the description itself is deeper
    return tuple(ast.parse(path.read_text("utf-8")) for path in paths)


def _nodes() -> Iterator[ast.AST]:
    return (node for tree in _trees() for node in ast.walk(tree))


def codes() -> set[str]:
    """Every error code."""
    found: set[str] = set()
    for node in _nodes():
        if isinstance(node, ast.Constant) and node.value in REGISTERED:
            found.add(str(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CLASSES:
            at = _CLASSES[node.func.id]
            code = node.args[at] if len(node.args) > at else None
            if isinstance(code, ast.Constant):
                found.add(str(code.value))
    return found


@cache
def _texts() -> tuple[re.Pattern[str], ...]:
    """Every string that is long enough for a sentence, as a pattern: what is filled in may be anything."""
    patterns = []
    for node in _nodes():
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        said = [str(part.value) if isinstance(part, ast.Constant) else "" for part in parts]
        if len("".join(said)) > 15:
            patterns.append("".join(re.escape(words) or ".+" for words in said))
    return tuple(map(re.compile, patterns))


def is_text(text: str) -> bool:
    """Whether our source has a text that may come out like this."""
    return any(pattern.fullmatch(text) for pattern in _texts())
