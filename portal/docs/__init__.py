"""The door for readers: the home page and the guide "Connect with ContextFile", as a page and as Markdown."""

from portal.docs.pages import init_app

__all__ = ["init_app"]
