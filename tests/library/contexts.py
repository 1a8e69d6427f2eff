"""Contexts for tests of their pages, and what is kept of them."""

from typing import Any

from portal.content.contexts import create_context, list_contexts
from portal.content.listing import Wanted
from portal.content.models import Context
from tests.accounts.visitor import Visitor
from tests.factories import Person

CONTEXTS = "/contexts"


def make_context(visitor: Visitor, owner: Person, name: str = "Brand voice", **fields: Any) -> Context:
    """Keep one."""
    with visitor.app.app_context():
        return create_context(owner.id, **{"name": name, "content": "# Voice\n\nWarm.\n", **fields})


def path_of(context: Context) -> str:
    """The address of its page."""
    return f"{CONTEXTS}/{context.id}"


def kept(visitor: Visitor, owner: Person) -> list[Context]:
    """All that somebody keeps, by name."""
    with visitor.app.app_context():
        return list_contexts(owner.id, Wanted(sort="name", limit=100)).items
