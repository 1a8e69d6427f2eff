"""The contexts that a skill uses, by name: those that are chosen, and those to choose from. Reads no content."""

from collections.abc import Sequence

from portal.content.listing import Wanted, list_owned
from portal.content.models import Context

_MOST_OFFERED = 10


def name_contexts(user_id: int, ids: Sequence[str]) -> list[dict[str, str]]:
    """Id, name and type of these contexts, in this order; those that are gone are left out."""
    wanted = Wanted(limit=len(ids), without=("content",))
    page = list_owned(Context, user_id, wanted, Context.id.in_([int(text) for text in ids]))
    by_id = {str(context.id): context for context in page.items}
    return [_name(by_id[text]) for text in ids if text in by_id]


def offer_contexts(user_id: int, chosen: Sequence[str], query: str) -> tuple[list[dict[str, str]], int]:
    """The contexts that changed last, of those that were searched for and are not chosen; and how many there are."""
    wanted = Wanted(limit=_MOST_OFFERED, sort="-updated_at", query=query, without=("content",))
    page = list_owned(Context, user_id, wanted, Context.id.not_in([int(text) for text in chosen]))
    return [_name(context) for context in page.items], page.total


def _name(context: Context) -> dict[str, str]:
    return {"id": str(context.id), "name": context.name, "type": context.context_type}
