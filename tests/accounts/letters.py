"""The letters that somebody gets, read where they are kept while no mail server is set."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import Flask

from portal.accounts.registration import normalize_email
from portal.foundation.mail_transport import mail_folder


def letters(app: Flask, to: str | None = None) -> list[EmailMessage]:
    """Have every letter sent, and give all that are kept, the newest last.

    Args:
        to: only those to this address, in its normal form.
    """
    app.extensions["postman"].deliver()
    files = mail_folder(app.config["SETTINGS"]).glob("*.eml")
    ordered = sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name))
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in ordered]
    return [letter for letter in read if to in {None, normalize_email(letter["To"])}]


def text_of(letter: EmailMessage) -> str:
    """What a letter says in plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage, path_prefix: str) -> str:
    """The one link whose path begins like this, as a path with its query; the letter's HTML has the same."""
    found: set[str] = {
        urlsplit(address)._replace(scheme="", netloc="").geturl()
        for address in re.findall(r"https?://[^\s<>\"]+", text_of(letter))
    }
    (link,) = {path for path in found if path.startswith(path_prefix)}
    html = letter.get_body(("html",))
    assert html is not None
    assert link in str(html.get_content()).replace("&amp;", "&")
    return link
