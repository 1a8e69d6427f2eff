"""The eight scopes: the only list of them. Server, forms, consent, docs and metadata read it."""

from dataclasses import dataclass
from typing import Literal

Group = Literal["View", "Change", "Run"]


@dataclass(frozen=True)
class Scope:
    """One scope (RFC 6749 §3.3) and how people read it."""

    name: str
    sentence: str
    group: Group

    @property
    def risk(self) -> bool:
        """Whether it changes or runs something."""
        return self.group != "View"


SCOPES: dict[str, Scope] = {
    scope.name: scope
    for scope in (
        Scope("profile:read", "View basic profile information", "View"),
        Scope("contexts:read", "View context files and their contents", "View"),
        Scope("contexts:write", "Create, update, and delete context files", "Change"),
        Scope("skills:read", "View skills and their configurations", "View"),
        Scope("skills:execute", "Run skills to generate content", "Run"),
        Scope("tasks:read", "View tasks and workflows", "View"),
        Scope("tasks:execute", "Run tasks and workflows", "Run"),
        Scope("tasks:write", "Create, update, and delete tasks", "Change"),
    )
}
GROUPS: tuple[Group, ...] = ("View", "Change", "Run")


def parse(text: str) -> frozenset[str]:
    """The scope names in a space-separated list."""
    return frozenset(text.split())


def write(names: frozenset[str]) -> str:
    """A space-separated list, in the order of the table above; names it does not know come last."""
    return " ".join([name for name in SCOPES if name in names] + sorted(names - SCOPES.keys()))
