"""The door for readers: the home page, the guide as a page and as Markdown, and the Connect button's gallery."""

from portal.docs.pages import init_app

__all__ = ["init_app"]
