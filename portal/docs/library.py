"""The rendered pages: each is made when it is first read with an app's values, and kept."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from flask import Flask, current_app

from portal.config import current_settings
from portal.docs.contents import Page
from portal.docs.reader import PLACEHOLDERS, Values
from portal.docs.rendering import Document, render
from portal.docs.source import Server, page_markdown

_SOMEBODYS = Values("client", "https://app.example/", "http://localhost:1/", "profile:read")
"""Another reader's: a page that is the same with them has nothing that is anybody's own."""
_KEPT = 256
"""Those with placeholders, and the latest that were filled with somebody's app."""


def init_app(app: Flask) -> None:
    """Make room for this application's pages."""

    @lru_cache(maxsize=_KEPT)
    def document(name: str, values: Values) -> Document:
        server = Server(current_settings(), current_app.extensions["openapi"]())
        text = page_markdown(name, server, values)
        personal = text != page_markdown(name, server, replace(_SOMEBODYS, issuer=values.issuer))
        return render(text, app.jinja_env, personal=personal)

    app.extensions["documents"] = document


def read_document(page: Page, values: Values = PLACEHOLDERS) -> Document:
    """A page with these values in its samples."""
    document: Callable[[str, Values], Document] = current_app.extensions["documents"]
    return document(page.name, replace(values, issuer=current_settings().issuer))
