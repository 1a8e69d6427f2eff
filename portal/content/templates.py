"""A skill's template: what it may name, and what a caller must give for it.

The template is Jinja's. It may name `input` and the variables that the skill declares, and nothing else. Carrying it
out is `portal.content.rendering`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from portal.content.faults import Fault, Faulty
from portal.content.models import MOST_VARIABLES, TEMPLATE_LENGTH

INPUT = "input"
"""What every template may name: the text that the caller gives."""
VARIABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_RESERVED = {INPUT, "loop", "self", "true", "false", "none", "and", "or", "not", "in", "is", "if", "else", "for"}
_MOST_DEEP = "The template is nested too deeply; make it simpler."


def check_template(template: str, variables: Sequence[Mapping[str, Any]]) -> None:
    """See that a template can be kept.

    Args:
        template: the text.
        variables: what it declares, each with a `name`.

    Raises:
        Faulty: with paths that begin with `template` or `variables`.
    """
    faults = [*_faults_of_variables(variables)]
    if len(template) > TEMPLATE_LENGTH:
        faults.append(Fault(("template",), f"Has {len(template):,} characters; {TEMPLATE_LENGTH:,} are possible."))
    elif not template.strip():
        faults.append(Fault(("template",), "Write the prompt."))
    else:
        known = {INPUT, *(str(variable["name"]) for variable in variables)}
        faults += _faults_of_text(template, known)
    if faults:
        raise Faulty(*faults)


def _faults_of_text(template: str, known: set[str]) -> list[Fault]:
    environment = ImmutableSandboxedEnvironment()
    try:
        parsed = environment.parse(template)
        named = meta.find_undeclared_variables(parsed) - set(environment.globals)
        environment.compile(parsed)
    except TemplateSyntaxError as error:
        return [Fault(("template",), f"Line {error.lineno}: {error.message}")]
    except RecursionError:
        return [Fault(("template",), _MOST_DEEP)]
    except (SyntaxError, MemoryError, ValueError, OverflowError):  # of the Python that Jinja writes for it
        return [Fault(("template",), _MOST_DEEP)]
    possible = ", ".join(f"'{one}'" for one in sorted(known))
    return [
        Fault(
            ("template",),
            f"Names '{name}', which is not declared; declare it as a variable, or use {possible}.",
        )
        for name in sorted(named - known)[:5]
    ]


def _faults_of_variables(variables: Sequence[Mapping[str, Any]]) -> list[Fault]:
    faults = []
    if len(variables) > MOST_VARIABLES:
        faults.append(Fault(("variables",), f"{len(variables)} are declared; {MOST_VARIABLES} are possible."))
    seen: set[str] = set()
    for place, variable in enumerate(variables):
        name, path = str(variable["name"]), ("variables", place, "name")
        if not VARIABLE_NAME.fullmatch(name):
            faults.append(
                Fault(path, f"'{name}' must be small letters, digits and _, a letter first, at most 40 characters.")
            )
        elif name in _RESERVED:
            faults.append(Fault(path, f"'{name}' has a meaning of its own; choose another name."))
        elif name in seen:
            faults.append(Fault(path, f"'{name}' is declared twice; remove one."))
        seen.add(name)
    return faults


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
