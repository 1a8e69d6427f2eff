"""Routes for readers. A guide is rendered once, when it is first read: nothing in it depends on who reads."""

from functools import cache

from flask import Blueprint, Flask, Response, render_template

from portal.docs.rendering import Document, render
from portal.docs.source import guide
from portal.oauth.metadata import ENDPOINTS, WELL_KNOWN


def init_app(app: Flask, issuer: str) -> None:
    """Register the home page and the guide.

    Args:
        app: with its settings in `app.config["SETTINGS"]`.
        issuer: this server's own address, for the samples.
    """
    pages = Blueprint("docs", __name__)

    @cache
    def document() -> Document:
        return render(guide("connect", issuer, app.config["SETTINGS"]), app.jinja_env)

    @pages.get("/")
    def home() -> str:
        return render_template("docs/home.html", endpoints=ENDPOINTS)

    @pages.get("/docs/connect")
    def connect() -> str:
        return render_template("docs/connect.html", document=document(), metadata_path=WELL_KNOWN)

    @pages.get("/docs/connect.md")
    def connect_markdown() -> Response:
        return Response(document().markdown, content_type="text/markdown; charset=utf-8")

    app.register_blueprint(pages)
