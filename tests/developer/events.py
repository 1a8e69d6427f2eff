"""What an app's Activity and Usage pages are about, put into the database as the product's own writers do."""

from flask import Flask
from sqlalchemy import select

from portal.foundation.database import reading, transaction
from portal.oauth.client_events import note_edit
from portal.oauth.models import Client
from portal.oauth.record_writing import Failure
from portal.oauth.recorder import Recorder

MISMATCH = "redirect_uri_mismatch"


def key_of(app: Flask, client_id: str) -> int:
    """The primary key of an app."""
    with app.app_context(), reading() as session:
        return session.scalars(select(Client.id).where(Client.client_id == client_id)).one()


def note_edits(app: Flask, client_id: str, *texts: str, kind: str = "edited", actor: str = "Ada Lovelace") -> None:
    """Remember edits."""
    key = key_of(app, client_id)
    with app.app_context(), transaction() as session:
        for text in texts:
            note_edit(session, key, kind, actor, text)


def note_failures(app: Flask, client_id: str, *causes: str, endpoint: str = "token", text: str = "No.") -> None:
    """Note a failed call for each cause; the page writes them."""
    recorder: Recorder = app.extensions["recorder"]
    for cause in causes:
        recorder.fail(Failure(client_id, endpoint, cause, text, "203.0.113.9"), "0123456789abcdef")


def note_mismatches(app: Flask, client_id: str, *uris: str) -> None:
    """Note an authorization request for each of these redirect URIs."""
    recorder: Recorder = app.extensions["recorder"]
    for uri in uris:
        recorder.fail(Failure(client_id, "authorize", MISMATCH, "No.", "203.0.113.9", uri), "0123456789abcdef")
