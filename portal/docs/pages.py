"""Routes for readers: the home page, the list of the pages, and each page of prose, as HTML and as Markdown.

None of them repeats anything of its address, so they may be compressed.
"""

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from portal.config import current_settings
from portal.docs.contents import CONNECT_BUTTON, PAGES
from portal.docs.library import read_document
from portal.docs.reader import own_apps, remember_app, values_of
from portal.docs.source import for_elsewhere
from portal.foundation.compression import compress
from portal.oauth.client_kinds import KINDS
from portal.oauth.metadata import ENDPOINTS, WELL_KNOWN

blueprint = Blueprint("docs", __name__)
blueprint.after_request(compress)


@blueprint.get("/")
def home() -> str:
    """What this is, for who comes by its name."""
    return render_template("docs/home.html", endpoints=ENDPOINTS)


@blueprint.get("/docs")
def index() -> str:
    """Every page, with a sentence on each."""
    return render_template("docs/index.html", metadata_path=WELL_KNOWN)


@blueprint.get("/docs/<path:name>/", strict_slashes=False)
@blueprint.get("/docs/")
@blueprint.get("/docs/quickstarts", defaults={"name": ""})
def lead_to_page(name: str = "") -> Redirect:
    """An address that people shorten, or end with a slash, leads to what they mean."""
    if name.strip("/") not in {"", *PAGES}:
        abort(404)
    return redirect(PAGES[name].path if name in PAGES else "/docs", 301)


@blueprint.post("/docs/app")
def choose_app() -> Redirect:
    """Fill the snippets with another app of the reader's from now on."""
    page = PAGES.get(request.form.get("page", ""))
    if page is None:
        abort(400)
    remember_app(request.form.get("app", ""))
    return redirect(page.path, 303)


def show(name: str) -> str:
    """A page, with the reader's own app in its samples."""
    page = PAGES[name]
    apps, app = own_apps(kind=page.kind)
    pages = list(PAGES.values())
    at = pages.index(page)
    return render_template(
        "docs/page.html",
        document=read_document(page, values_of(app)),
        page=page,
        apps=apps,
        chosen=app.client_id,
        kind=KINDS.get(page.kind),
        before=pages[at - 1] if at else None,
        after=pages[at + 1] if at + 1 < len(pages) else None,
    )


def show_markdown(name: str) -> Response:
    """The same as Markdown."""
    page = PAGES[name]
    _, app = own_apps(kind=page.kind)
    text = for_elsewhere(read_document(page, values_of(app)).markdown, current_settings().issuer)
    return Response(text, content_type="text/markdown; charset=utf-8")


for _page in PAGES.values():
    if _page is not CONNECT_BUTTON:  # it has a room of its own
        blueprint.add_url_rule(_page.path, _page.endpoint, show, defaults={"name": _page.name})
    _path, _endpoint = f"{_page.path}.md", f"{_page.endpoint}_markdown"
    blueprint.add_url_rule(_path, _endpoint, show_markdown, defaults={"name": _page.name})
