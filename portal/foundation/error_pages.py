"""What a person sees when something is wrong: one page for every HTTP error. JSON endpoints answer for themselves."""

import logging

from flask import Flask, current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.foundation.headers import request_id
from portal.foundation.kept_text import kept_text

log = logging.getLogger(__name__)

_TEXTS = {
    400: (
        "This request cannot be read",
        "Something in it is malformed. Go back, reload the page and try again.",
    ),
    403: ("This is not yours to change", "You are signed in as somebody who may not do this."),
    404: ("There is no such page", "Check the address, or start from the home page."),
    405: ("This address does not take that kind of request", "Go back and use the buttons on the page."),
    413: ("That is too large", "Send a smaller file or a shorter text."),
    429: ("Too many attempts", "Wait a little, then try again."),
    500: (
        "The portal failed",
        "Nothing was changed. Try again; if it keeps happening, quote the reference below.",
    ),
    503: ("The database is busy", "Try again in a few seconds."),
}


def stale_form(error: CSRFError) -> ResponseReturnValue:
    """The page for a form whose token is not the session's; what was typed in it is given back."""
    log.info("csrf refused at %r: %s", request.path, error.description)
    text = "Go back, reload the page and send it again. Nothing was changed."
    return kept_text() or _page(400, "This form has expired", text)


def init_app(app: Flask) -> None:
    """Render every HTTP error, a stale form and a busy database as a page."""

    app.register_error_handler(CSRFError, stale_form)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code < 400:
            return error
        title, text = _TEXTS.get(code, (error.name, error.description or ""))
        page = make_response(_page(code, title, text))
        page.allow.update(getattr(error, "valid_methods", None) or ())  # a 405 names them (RFC 9110 §15.5.6)
        return page

    @app.errorhandler(OperationalError)
    @app.errorhandler(NoConnectionLeft)
    def database_is_busy(error: Exception) -> ResponseReturnValue:
        log.error("request %s: database unavailable: %s", request_id(), getattr(error, "orig", None) or error)
        return _page(503, *_TEXTS[503])

    @app.errorhandler(InternalServerError)
    def failed(_error: InternalServerError) -> ResponseReturnValue:
        return _page(500, *_TEXTS[500])


def _page(code: int, title: str, text: str) -> ResponseReturnValue:
    # Without context processors: they ask the database who is signed in, and it may be what failed.
    template = current_app.jinja_env.get_template("errors/error.html")
    page = template.render(title=title, text=text, code=code, reference=request_id())
    return page, code, {"Retry-After": "5"} if code == 503 else {}
