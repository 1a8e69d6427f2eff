"""Routes for readers. A page is rendered once, when it is first read: nothing in it depends on who reads."""

from functools import cache

from flask import Blueprint, Flask, Response, render_template

from portal.docs import connect_button
from portal.docs.contents import CONTENTS
from portal.docs.rendering import Document, render
from portal.docs.source import guide
from portal.foundation.compression import compress
from portal.oauth.metadata import ENDPOINTS, WELL_KNOWN

PAGES = ("connect", "compliance")
"""Files of `prose/`, which are addresses under /docs/ and endpoints too."""


def init_app(app: Flask, issuer: str) -> None:
    """Register the home page and the pages of prose.

    Args:
        app: with its settings in `app.config["SETTINGS"]`.
        issuer: this server's own address, for the samples.
    """
    pages = Blueprint("docs", __name__)

    @cache
    def document(name: str) -> Document:
        return render(guide(name, issuer, app.config["SETTINGS"]), app.jinja_env)

    @pages.get("/")
    def home() -> str:
        return render_template("docs/home.html", endpoints=ENDPOINTS)

    def show(name: str) -> str:
        return render_template(
            "docs/guide.html", document=document(name), name=name, contents=CONTENTS, metadata_path=WELL_KNOWN
        )

    def show_markdown(name: str) -> Response:
        return Response(document(name).markdown, content_type="text/markdown; charset=utf-8")

    for name in PAGES:
        pages.add_url_rule(f"/docs/{name}", name, show, defaults={"name": name})
        pages.add_url_rule(f"/docs/{name}.md", f"{name}_markdown", show_markdown, defaults={"name": name})

    pages.after_request(compress)
    app.register_blueprint(pages)
    connect_button.init_app(app)
