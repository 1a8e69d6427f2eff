"""Contexts: list, read, create, change, delete. The doors check lengths before they call, but for the text's size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from portal.config import current_settings
from portal.content.listing import Page, Wanted, list_owned, sum_on_page
from portal.content.models import DEFAULT_TYPE, Context
from portal.content.once import Once
from portal.content.ownership import change, get_owned, keep, keep_all, remove
from portal.foundation.database import reading

MOST_TYPES = 50
"""How many of a user's types are named, those of most contexts."""
_AT_ONCE = 20
"""How many texts are held while all are read."""


class ContextTooLarge(Exception):
    """The text has more bytes than one context may have."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(size, most)
        self.size = size
        self.most = most


@dataclass(frozen=True)
class Text:
    """A text that becomes a context, and its name."""

    name: str
    content: str


def list_contexts(user_id: int, wanted: Wanted) -> Page[Context]:
    """One page of a user's contexts, and how many there are on all pages."""
    return list_owned(Context, user_id, wanted)


def bytes_on_page(user_id: int, wanted: Wanted) -> int:
    """How large the texts of one page are together; none of them is read for it."""
    return sum_on_page(Context, user_id, wanted, Context.size)


def get_context(user_id: int, context_id: int) -> Context | None:
    """One of a user's contexts; None if there is none with that id, or it is somebody else's."""
    return get_owned(Context, user_id, context_id)


def every_context(user_id: int) -> Iterator[Context]:
    """All of a user's contexts, oldest first, a few at a time: together they may be larger than the memory."""
    wanted = Wanted(limit=_AT_ONCE, sort="created_at")
    while True:
        page = list_contexts(user_id, wanted)
        yield from page.items
        if page.last is None:
            return
        wanted = replace(wanted, after=page.last)


def list_types(user_id: int) -> list[str]:
    """The types that a user has given contexts, by name; of very many the most frequent."""
    count = func.count()
    statement = select(Context.context_type).where(Context.user_id == user_id).group_by(Context.context_type)
    with reading() as session:
        most = statement.order_by(count.desc(), Context.context_type).limit(MOST_TYPES)
        return sorted(session.scalars(most), key=str.casefold)


def create_context(
    user_id: int,
    name: str,
    content: str,
    description: str = "",
    context_type: str = DEFAULT_TYPE,
    once: Once | None = None,
) -> Context:
    """Keep a new context, `content` in Markdown.

    Raises:
        ContextTooLarge: `content` has too many bytes.
        TooMany: the user has as many contexts as one may have.
        KeyReused, GoneSince: see `portal.content.once`.
    """
    new = Context(
        user_id=user_id,
        name=name,
        content=content,
        size=_size(content),
        description=description,
        context_type=context_type,
    )
    return keep(new, current_settings().most_contexts, once)


def create_contexts(user_id: int, texts: Sequence[Text], context_type: str = DEFAULT_TYPE) -> None:
    """Keep several new contexts of one type: all, or none.

    Raises:
        ContextTooLarge: a text has too many bytes.
        TooMany: the user would have more contexts than one may have.
    """
    new = [
        Context(
            user_id=user_id,
            name=text.name,
            content=text.content,
            size=_size(text.content),
            description="",
            context_type=context_type,
        )
        for text in texts
    ]
    keep_all(new, current_settings().most_contexts)


def update_context(
    user_id: int, context_id: int, changes: Mapping[str, str], version: int | None = None
) -> Context | None:
    """Change some fields of a context.

    Args:
        changes: new values by field name (`name`, `content`, `description`, `context_type`); the rest stays.
        version: the one that the caller has read; None to change whichever there is.

    Returns:
        The context as it is now; None if there is none with that id, or it is somebody else's.

    Raises:
        ContextTooLarge: the new `content` has too many bytes.
        ChangedMeanwhile: it has another version by now.
    """
    size = {"size": _size(changes["content"])} if "content" in changes else {}
    return change(Context, user_id, context_id, {**changes, **size}, version)


def delete_context(user_id: int, context_id: int, version: int | None = None) -> bool:
    """Delete a context. False if there is none with that id, or it is somebody else's.

    Raises:
        ChangedMeanwhile: it is not the `version` that the caller has read.
    """
    return remove(Context, user_id, context_id, version)


def _size(content: str) -> int:
    size, most = len(content.encode()), current_settings().most_context_bytes
    if size > most:
        raise ContextTooLarge(size, most)
    return size
