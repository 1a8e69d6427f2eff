"""The mails that no server takes, for who develops: pages of this machine's own, and of no production run.

They show everybody's links, so nobody but this machine's users gets them.
"""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from portal.config import Settings, current_settings
from portal.foundation.mail_transport import mail_folder
from portal.foundation.this_machine import is_from_this_machine

blueprint = Blueprint("mailbox", __name__)
_NAME = re.compile(r"[0-9]{12}-[0-9]{6,9}-[0-9a-f]{16}", re.ASCII)
_LINK = re.compile(r"(https?://[^\s<>\"]+)")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@blueprint.before_request
def admit_this_machine() -> None:
    """To everybody else there is no such page."""
    if not is_from_this_machine():
        abort(404)


@blueprint.get("/development/mail")
def inbox() -> ResponseReturnValue:
    """List the mails, the latest first, what was just sent among them."""
    current_app.extensions["postman"].deliver()
    files = sorted((file for file in _folder().glob("*.eml") if _NAME.fullmatch(file.stem)), reverse=True)
    mails = [_summary(file.stem, message) for file in files if (message := _read(file, headers_only=True)) is not None]
    return render_template("operations/inbox.html", mails=mails)


@blueprint.get("/development/mail/<name>")
def mail(name: str) -> ResponseReturnValue:
    """Show one."""
    message = _find(name)
    return render_template(
        "operations/mail.html",
        mail=_summary(name, message),
        headers=[(header, str(message[header] or "")) for header in ("From", "To", "Date")],
        pieces=_linkify(_part(message, "plain")),
        has_html=bool(_part(message, "html")),
    )


@blueprint.get("/development/mail/<name>/html")
def mail_as_html(name: str) -> ResponseReturnValue:
    """Its HTML, for a frame: nothing in it runs or loads, and its links open beside."""
    html = _part(_find(name), "html") or abort(404)
    response = make_response(html.replace("<head>", '<head>\n<base target="_blank">', 1))
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _folder() -> Path:
    return mail_folder(current_settings())


def _find(name: str) -> EmailMessage:
    message = _read(_folder() / f"{name}.eml") if _NAME.fullmatch(name) else None
    return message if message is not None else abort(404)


def _read(file: Path, *, headers_only: bool = False) -> EmailMessage | None:
    """A mail; None if it is gone."""
    try:
        with file.open("rb") as stream:
            return BytesParser(EmailMessage, policy=policy.default).parse(stream, headersonly=headers_only)
    except FileNotFoundError:
        return None


def _summary(name: str, message: EmailMessage) -> dict[str, object]:
    return {
        "name": name,
        "to": str(message["To"] or ""),
        "subject": str(message["Subject"] or "") or "(no subject)",
        "at": int(name[:12]),
    }


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        content: str = part.get_content() if part is not None else ""
    except (LookupError, ValueError):  # of no charset that there is; ours have one
        return ""
    return content


def _linkify(text: str) -> list[dict[str, str]]:
    """The text in pieces; those that are addresses of pages have a `url`. What ends a sentence is not part of one."""
    pieces: list[dict[str, str]] = []
    for number, piece in enumerate(_LINK.split(text)):
        url = piece.rstrip(".,;:!?)”’'") if number % 2 else ""
        pieces += [{"text": url, "url": url}, {"text": piece[len(url) :], "url": ""}]
    return [piece for piece in pieces if piece["text"]]


def init_app(app: Flask, settings: Settings) -> None:
    """Add the pages, where mails are kept and nobody but this machine's users comes."""
    if settings.production or settings.smtp_url:
        return
    app.register_blueprint(blueprint)
