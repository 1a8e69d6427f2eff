"""Contexts: list, read, create, change, delete. The doors check lengths before they call, but for the text's size."""

from collections.abc import Mapping

from portal.config import current_settings
from portal.content.listing import Page, Wanted, list_owned
from portal.content.models import DEFAULT_TYPE, Context
from portal.content.once import Once
from portal.content.ownership import change, get_owned, keep, remove


class ContextTooLarge(Exception):
    """The text has more bytes than one context may have."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(size, most)
        self.size = size
        self.most = most


def list_contexts(user_id: int, wanted: Wanted) -> Page[Context]:
    """One page of a user's contexts, and how many there are on all pages."""
    return list_owned(Context, user_id, wanted)


def get_context(user_id: int, context_id: int) -> Context | None:
    """One of a user's contexts; None if there is none with that id, or it is somebody else's."""
    return get_owned(Context, user_id, context_id)


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
