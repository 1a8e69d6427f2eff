"""A letter as a message for mail programs: headers, plain text, and HTML that says the same."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from email_validator import EmailNotValidError, validate_email
from flask import Flask

from portal.config import Settings
from portal.foundation import clock
from portal.foundation.mail import Letter, Step
from portal.foundation.mail_transport import RefusedError, own_domain

_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They turn around what follows them: a name must not change how the sentence reads in which it stands."""


def compose(letter: Letter, app: Flask, settings: Settings) -> EmailMessage:
    """Put a letter into a message.

    Raises:
        RefusedError: it is for no address.
    """
    letter, message = _tame(letter), EmailMessage()
    domain = own_domain(settings)
    message["From"] = settings.mail_from or f"ContextFile <no-reply@{domain}>"
    message["To"] = _wire_form(letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(clock.now(), UTC))
    message["Message-ID"] = make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"  # nobody's holiday replies to it (RFC 3834 §5)
    render = app.jinja_env.get_template
    message.set_content(render("mail/letter.txt").render(letter=letter, issuer=settings.issuer))
    html = render("mail/letter.html").render(letter=letter, issuer=settings.issuer)
    message.add_alternative(html, subtype="html")
    return message


def _wire_form(address: str) -> str:
    """One address, its host in ASCII: most mail servers know no other."""
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise RefusedError("it is for no address") from None
    return f"{checked.local_part}@{checked.ascii_domain}"


def _tame(letter: Letter) -> Letter:
    """The letter, each of its texts on one line and in one direction: some carry names that strangers chose."""
    return replace(
        letter,
        subject=_tame_text(letter.subject),
        paragraphs=tuple(map(_tame_text, letter.paragraphs)),
        step=_tame_step(letter.step),
        facts=tuple((_tame_text(what), _tame_text(which)) for what, which in letter.facts),
        undo=tuple(map(_tame_text, letter.undo)),
        undo_step=_tame_step(letter.undo_step),
    )


def _tame_step(step: Step | None) -> Step | None:
    return Step(_tame_text(step.label), _tame_text(step.url)) if step else None


def _tame_text(text: str) -> str:
    return "".join(_tame_character(character) for character in text)


def _tame_character(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
        return " "
    return "\ufffd" if character in _DIRECTIONS or unicodedata.category(character) == "Cs" else character
