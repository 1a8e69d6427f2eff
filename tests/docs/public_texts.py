"""Every text that the server can refuse a request with, read from its source: what the errors page must list."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.possible_texts import ROOT, UNKNOWN, Module, Scope, assigned, parameters, read_module

FOLDERS = ("portal/oauth", "portal/api", "portal/consent", "portal/content")
FETCHING = "portal/foundation/guarded_fetch.py"
RULES = {
    "portal/oauth/redirect_uris.py": {"difference", "fault_among"},
    "portal/foundation/provider_name.py": {"fault_of_name"},
}
"""Functions that return a fault or a difference as a sentence, beside those called `_fault_of_…`."""
RAISERS = {
    "ProtocolError": {"code": 0, "text": 1},
    "AnsweredOrExpired": {"code": 0, "text": 1},
    "AlreadyAllowed": {"code": 0, "text": 1},
    "NotRedirectable": {"text": 0, "cure": 1},
    "UnusableDocument": {"text": 0, "cure": 1},
    "NotFetched": {"text": 0},
    "ApiError": {"status": 0, "code": 1, "text": 2},
    "PydanticCustomError": {"text": 1},
    "Fault": {"text": 1},
    "CannotRender": {"text": 0},
    "CannotGenerate": {"text": 0},
    "end_run": {"code": 3, "text": 4},
    "fail": {"code": 2, "text": 3},
}
"""Exceptions that carry a public text, and where in their arguments it is."""
USUAL = {"ProtocolError": {"status": "400"}}


@dataclass(frozen=True)
class Refusal:
    """One text. What the source alone does not say is None."""

    text: str
    code: str | None = None
    status: str | None = None
    cause: str | None = None
    is_cure: bool = False
    """Whether it stands under “What to do” on the page that a person sees."""


def read_refusals() -> set[Refusal]:
    """Every public text in the source; what varies in it is `…`."""
    files = [path.relative_to(ROOT) for folder in FOLDERS for path in sorted((ROOT / folder).glob("[!_]*.py"))]
    found = {refusal for path in [*files, Path(FETCHING)] for refusal in _refusals_of(read_module(path))}
    found |= {Refusal(text) for path, names in RULES.items() for text in _rules_of(read_module(Path(path)), names)}
    return {refusal for refusal in found if refusal.text.strip(f"{UNKNOWN}. ")}


def _refusals_of(module: Module) -> Iterator[Refusal]:
    for node in ast.walk(module.tree):
        found = _arguments(node)
        if not found:
            continue
        usual = USUAL.get(_name(node), {}) if isinstance(node, ast.Call) else {}
        for scope in _scopes(module, node, list(found.values())):
            said = {role: _only(scope.texts(found[role])) for role in ("code", "status", "cause") if role in found}
            for role in ("text", "cure"):
                for text in scope.texts(found[role]) if role in found else []:
                    yield Refusal(text, **(usual | said), is_cure=role == "cure")


def _arguments(node: ast.AST) -> dict[str, ast.expr] | None:
    """Code, text, cure, status and cause of an expression that makes a refusal; None for any other."""
    match node:
        case ast.Call(args=given, keywords=keywords) if _name(node) in RAISERS:
            found = {role: given[at] for role, at in RAISERS[_name(node)].items() if at < len(given)}
            return found | {key.arg: key.value for key in keywords if key.arg in {"cause", "status"}}
        case ast.Call(keywords=keywords):
            said = {key.arg: key.value for key in keywords}
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            said = {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
        case _:
            return None
    text = said.get("error_description", said.get("message"))
    return {"code": said["error"], "text": text} if text is not None and "error" in said else None


def _scopes(module: Module, node: ast.AST, needed: list[ast.expr]) -> Iterator[Scope]:
    """Where a node's expressions are to be read: once for each call of its function, if they need its parameters."""
    function = module.around[node]
    calls = (
        [call for call in ast.walk(module.tree) if isinstance(call, ast.Call) and _name(call) == function.name]
        if (function and _depends(function, needed))
        else []
    )
    if not function or not calls:
        yield Scope(module, function)
        return
    names = parameters(function)
    defaults = dict(zip(reversed(function.args.args), reversed(function.args.defaults), strict=False))
    for call in calls:
        given = {argument.arg: value for argument, value in defaults.items()} | dict(
            zip(names, call.args, strict=False)
        )
        given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        outer = Scope(module, module.around[call])
        yield Scope(module, function, {name: (value, outer) for name, value in given.items()})


def _depends(function: ast.FunctionDef, needed: list[ast.expr]) -> bool:
    """Whether these expressions use a parameter of the function, be it by way of a variable."""
    seen: set[str] = set()
    waiting = list(needed)
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name) and node.id not in seen:
                seen.add(node.id)
                waiting += [value for value, _ in assigned(ast.walk(function), node.id)]
    return bool(seen & set(parameters(function)) - {"self"})


def _rules_of(module: Module, names: set[str]) -> Iterator[str]:
    for name, function in module.functions.items():
        if name in names or name.startswith("_fault_of_"):
            for scope in _worlds(Scope(module, function)):
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and node.value:
                        yield from scope.texts(node.value)


def _worlds(scope: Scope) -> Iterator[Scope]:
    """`one, other = (a, b) if condition else (c, d)`: a with b, or c with d."""
    for node in ast.walk(scope.function) if scope.function else []:
        match node:
            case ast.Assign(
                targets=[ast.Tuple(elts=names)], value=ast.IfExp(body=ast.Tuple(elts=one), orelse=ast.Tuple(elts=other))
            ):
                for values in (one, other):
                    pairs = zip(names, values, strict=True)
                    bound = {name.id: (value, None) for name, value in pairs if isinstance(name, ast.Name)}
                    yield Scope(scope.module, scope.function, bound)
                return
    yield scope


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _only(texts: list[str]) -> str | None:
    return texts[0] if len(set(texts)) == 1 and texts[0] not in {"", UNKNOWN} else None
