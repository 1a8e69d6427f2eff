"""What an expression of our source can be as a text: an interpreter of very little Python.

It follows literals, f-strings, conditions, names that are assigned in the function or the module, and what a function
is called with. What it cannot know is `…`.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNKNOWN = "…"


@dataclass(frozen=True, eq=False)
class Module:
    """One file of the source."""

    name: str
    """Its path below `portal/`."""
    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    around: dict[ast.AST, ast.FunctionDef | None] = field(default_factory=dict)
    """In which function a node is."""
    before: dict[ast.AST, list[ast.stmt]] = field(default_factory=dict)
    """The statements that come before a node in its own block."""

    def place(self, node: ast.AST, function: ast.FunctionDef | None, before: list[ast.stmt]) -> None:
        """Note where everything in a node is."""
        for _, value in ast.iter_fields(node):
            children = value if isinstance(value, list) else [value]
            for at, child in enumerate(children):
                if not isinstance(child, ast.AST):
                    continue
                inner = child if isinstance(child, ast.FunctionDef) else None
                if inner:
                    self.functions[inner.name] = inner
                earlier = children[:at] if isinstance(child, ast.stmt) else before
                self.around[child], self.before[child] = function, earlier
                self.place(child, inner or function, earlier)

    def imported(self, name: str) -> "Module | None":
        """The module of ours that a name at the top comes from."""
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
                path = Path(*(node.module or "").split(".")).with_suffix(".py")
                return read_module(path) if (ROOT / path).is_file() else None
        return None


@cache
def read_module(path: Path) -> Module:
    """Parse a file, which is named from the root of the project."""
    module = Module(str(path.relative_to("portal")), ast.parse((ROOT / path).read_text("utf-8")))
    module.place(module.tree, None, [])
    return module


def parameters(function: ast.FunctionDef) -> list[str]:
    """The names of a function's parameters."""
    arguments = function.args
    return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def assigned(nodes: Iterable[ast.AST], name: str) -> Iterator[tuple[ast.expr, int | None]]:
    """What a name is assigned by one of these nodes; with an index where it is unpacked."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value, None
            case ast.NamedExpr(target=ast.Name(id=target), value=value) if target == name:
                yield value, None
            case ast.Assign(targets=[ast.Tuple(elts=elements)], value=value):
                for index, element in enumerate(elements):
                    if isinstance(element, ast.Name) and element.id == name:
                        yield value, index


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its module, its function, and what is known of names there."""

    module: Module
    function: ast.FunctionDef | None
    bound: Mapping[str, tuple[ast.expr, "Scope | None"]] = field(default_factory=dict)
    """Names that are known to be an expression, with the scope of that."""

    def texts(self, node: ast.expr) -> list[str]:
        """The texts that an expression can be; none for None and for an empty text."""
        match node:
            case ast.Constant(value=None | ""):
                return []
            case ast.Constant(value=str() | int() as value):
                return [str(value)]
            case ast.JoinedStr(values=parts):
                return self._joined(parts)
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr(values=[ast.Constant(value=",")])):
                return [f"{int(text):,}" if text.isdecimal() else text for text in self.texts(value)]
            case ast.FormattedValue(value=ast.Name() | ast.Constant() | ast.IfExp() as value):
                return self.texts(value) or [""]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._joined([left, right])
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                pairs = product(self.texts(left), self.texts(right))
                return [str(int(a) * int(b)) if (a + b).isdecimal() else UNKNOWN for a, b in pairs]
            case ast.IfExp(body=body, orelse=orelse):
                return [*(self.texts(body) or [""]), *(self.texts(orelse) or [""])]
            case ast.BoolOp(op=ast.Or(), values=values):
                return [text for value in values for text in self.texts(value)]
            case ast.NamedExpr(value=value):
                return self.texts(value)
            case ast.Name(id=name):
                return self._named(node, name)
            case ast.Call():
                return self._called(node)
        return [UNKNOWN]

    def _joined(self, parts: list[ast.expr]) -> list[str]:
        return ["".join(texts) for texts in product(*(self.texts(part) or [""] for part in parts))]

    def _named(self, node: ast.AST, name: str) -> list[str]:
        if name in self.bound:
            value, scope = self.bound[name]
            return (scope or self).texts(value)
        if self.function and name in parameters(self.function):
            return [UNKNOWN]
        nodes = ast.walk(self.function) if self.function else iter(())
        found = self._latest(node, name) or list(assigned(nodes, name)) or list(assigned(self.module.tree.body, name))
        if found:
            return [text for value in found for text in self._element(*value)]
        other = self.module.imported(name)
        return Scope(other, None).texts(node) if other and isinstance(node, ast.Name) else [UNKNOWN]

    def _latest(self, node: ast.AST, name: str) -> list[tuple[ast.expr, int | None]]:
        """What a name was set to just before, in the same block; nothing if it may have been set in between."""
        for statement in reversed(self.module.before.get(node, [])):
            if found := list(assigned([statement], name)):
                return found
            if list(assigned(ast.walk(statement), name)):
                break
        return []

    def _element(self, value: ast.expr, index: int | None) -> list[str]:
        """Texts of an assigned value, or of one element of it where it is unpacked."""
        if index is None:
            return self.texts(value)
        match value:
            case ast.Tuple(elts=elements):
                return self.texts(elements[index])
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[_, default]):
                return [text for each in [*self._values(name), default] for text in self._element(each, index)]
        return [UNKNOWN]

    def _values(self, name: str) -> list[ast.expr]:
        """The values of a dictionary that is written out."""
        for place in (self.function, self.module.tree):
            for value, _ in assigned(ast.walk(place), name) if place else ():
                if isinstance(value, ast.Dict):
                    return value.values
        return []

    def _called(self, call: ast.Call) -> list[str]:
        match call:
            case ast.Call(func=ast.Name(id="printable"), args=[text, *_]):
                return self.texts(text)
            case ast.Call(func=ast.Attribute(value=inner, attr="replace")):
                return self.texts(inner)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[_, default]):
                return [text for value in [*self._values(name), default] for text in self.texts(value)]
        return [UNKNOWN]
