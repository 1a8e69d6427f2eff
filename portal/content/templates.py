"""A skill's template: what it may name, and what a caller must give for it.

The template is Jinja's. It may name `input` and the variables that the skill declares, and nothing else. Carrying it
out is `portal.content.rendering`.
"""

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from portal.content.faults import Fault, Faulty, Path
from portal.content.models import MOST_VARIABLES, TEMPLATE_LENGTH

INPUT = "input"
"""What every template may name: the text that the caller gives."""
VARIABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_RESERVED = {INPUT, "loop", "self", "true", "false", "none", "and", "or", "not", "in", "is", "if", "else", "for"}
_OTHER_TEMPLATES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_MOST_NAMED = 5
"""Names that a template's faults are about: more would say nothing more."""
_MOST_DEEP = "The template is nested too deeply; make it simpler."


class _WithoutConstants(NodeTransformer):
    """Jinja works constant expressions out while it compiles, and `9**9**9` would not end: here nothing is constant."""

    def visit_Const(self, node: nodes.Const, *_: Any, **__: Any) -> nodes.Name:  # noqa: N802  # Jinja's name for it
        return nodes.Name(INPUT, "load", lineno=node.lineno)


class Undeclared(Faulty):
    """All that is wrong with a template is that it names variables which are not declared, and could be.

    Attributes:
        names: all of them, in the order of the alphabet; the faults are about the first ones.
    """

    def __init__(self, names: Sequence[str], *faults: Fault) -> None:
        super().__init__(*faults)
        self.names = names


def check_template(template: str, variables: Sequence[Mapping[str, Any]]) -> None:
    """See that a template can be kept.

    Args:
        template: the text.
        variables: what it declares, each with a `name`.

    Raises:
        Undeclared: it names what is not declared, and nothing else is wrong.
        Faulty: with paths that begin with `template` or `variables`.
    """
    faults = [*_faults_of_variables(variables)]
    if len(template) > TEMPLATE_LENGTH:
        faults.append(Fault(("template",), f"Has {len(template):,} characters; {TEMPLATE_LENGTH:,} are possible."))
    elif not template.strip():
        faults.append(Fault(("template",), "Write the prompt."))
    else:
        declared = {str(variable["name"]) for variable in variables}
        named = sorted(_names_in(template, faults) - declared - {INPUT})
        unusable = [fault for name in named if (fault := _fault_of_name(name, ("template",)))]
        missing = _faults_of_missing([name for name in named if _is_usable(name)], declared)
        if missing and not faults and not unusable:
            raise Undeclared(named, *missing)
        faults += [*unusable[:_MOST_NAMED], *missing]
    if faults:
        raise Faulty(*faults)


def _names_in(template: str, faults: list[Fault]) -> set[str]:
    """What a template names; why it cannot be read is added to the faults."""
    environment = ImmutableSandboxedEnvironment()
    try:
        parsed = environment.parse(template)
        if other := next(parsed.find_all(_OTHER_TEMPLATES), None):
            faults.append(Fault(("template",), f"Line {other.lineno}: other templates cannot be included here."))
            return set()
        parsed = _WithoutConstants().visit(parsed)
        parsed.set_environment(environment)
        named = meta.find_undeclared_variables(parsed) - set(environment.globals)
        environment.compile(parsed)
    except TemplateSyntaxError as error:
        faults.append(Fault(("template",), f"Line {error.lineno}: {error.message}"))
    except RecursionError:
        faults.append(Fault(("template",), _MOST_DEEP))
    except (SyntaxError, MemoryError, ValueError, OverflowError):  # of the Python that Jinja writes for it
        faults.append(Fault(("template",), _MOST_DEEP))
    else:
        return named
    return set()


def _faults_of_missing(names: Sequence[str], declared: Set[str]) -> list[Fault]:
    usable = {INPUT, *(name for name in declared if _is_usable(name))}
    possible = ", ".join(f"'{one}'" for one in sorted(usable))
    return [
        Fault(
            ("template",),
            f"Names '{name}', which is not declared; declare it as a variable, or use {possible}.",
        )
        for name in names[:_MOST_NAMED]
    ]


def _faults_of_variables(variables: Sequence[Mapping[str, Any]]) -> list[Fault]:
    faults = []
    if len(variables) > MOST_VARIABLES:
        faults.append(Fault(("variables",), f"{len(variables)} are declared; {MOST_VARIABLES} are possible."))
    seen: set[str] = set()
    for place, variable in enumerate(variables):
        name, path = str(variable["name"]), ("variables", place, "name")
        if fault := _fault_of_name(name, path):
            faults.append(fault)
        elif name in seen:
            faults.append(Fault(path, f"'{name}' is declared twice; remove one."))
        seen.add(name)
    return faults


def _fault_of_name(name: str, path: Path) -> Fault | None:
    """Why a variable cannot be called that."""
    if _is_usable(name):
        return None
    if name in _RESERVED:
        return Fault(path, f"'{name}' has a meaning of its own; choose another name.")
    return Fault(path, f"'{name}' cannot be a name: use small letters, digits and _, a letter first, at most 40.")


def _is_usable(name: str) -> bool:
    return VARIABLE_NAME.fullmatch(name) is not None and name not in _RESERVED


def fill_in(variables: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> dict[str, str]:
    """The values of a skill's variables: what the caller gives, and the defaults of the others.

    Raises:
        Faulty: one is unknown, or one without a default is missing; paths begin with `variables`.
    """
    declared = {str(variable["name"]): variable.get("default") for variable in variables}
    known = f"known are {', '.join(declared)}" if declared else "this skill declares none"
    faults = [Fault(("variables", name), f"Unknown; {known}.") for name in values if name not in declared]
    faults += [
        Fault(("variables", name), "Give it; it has no default.")
        for name, default in declared.items()
        if default is None and name not in values
    ]
    if faults:
        raise Faulty(*faults)
    return {name: values.get(name, str(default)) for name, default in declared.items()}
