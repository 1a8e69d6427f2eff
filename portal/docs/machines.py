"""What machines read of the documentation: llms.txt, all of it as one text, the sitemap, and robots.txt."""

from flask import Blueprint, Response, render_template, url_for

from portal.config import current_settings
from portal.docs.contents import CONTENTS, PAGES
from portal.docs.library import read_document
from portal.docs.source import for_elsewhere
from portal.foundation.compression import compress

blueprint = Blueprint("machines", __name__)
blueprint.after_request(compress)
_PLAIN = "text/plain; charset=utf-8"


@blueprint.get("/llms.txt")
def llms() -> Response:
    """The pages as a list of links to their Markdown, in the form of llmstxt.org."""
    issuer = current_settings().issuer
    text = render_template("docs/llms.txt", contents=CONTENTS, issuer=issuer)
    return Response(text, content_type=_PLAIN)


@blueprint.get("/llms-full.txt")
def llms_full() -> Response:
    """Every page's Markdown, one after the other."""
    issuer = current_settings().issuer
    texts = [
        f"<!-- {issuer}{page.path} -->\n\n{for_elsewhere(read_document(page).markdown, issuer)}"
        for page in PAGES.values()
    ]
    return Response("\n\n".join(texts), content_type=_PLAIN)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages that anybody may read, for search engines (sitemaps.org)."""
    paths = [url_for("docs.home"), url_for("docs.index"), *(page.path for page in PAGES.values())]
    text = render_template("docs/sitemap.xml", addresses=[current_settings().issuer + path for path in paths])
    return Response(text, content_type="application/xml; charset=utf-8")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """RFC 9309: the documentation is for everybody; forms, consent and the API say nothing to a search engine."""
    text = render_template("docs/robots.txt", issuer=current_settings().issuer)
    return Response(text, content_type=_PLAIN)
