"""Everything that the portal holds of somebody, as one object for JSON: each room adds its part."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, current_app
from sqlalchemy import select

from portal.accounts.models import User, UserSession
from portal.foundation import audit, clock
from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading, transaction

Export = Callable[[int], object]
"""Gives what a room holds of the user with a key; no secret, digest or token."""


def init_app(app: Flask) -> None:
    """Give the application its list of exports, with this room's own parts."""
    app.extensions["exports"] = {"account": _account, "sessions": _sessions, "history": _history}


def add_export(app: Flask, name: str, export: Export) -> None:
    """Add a room's part, under a name that says what it is."""
    app.extensions["exports"][name] = export


def export_everything(user_id: int) -> dict[str, object]:
    """All parts, and when that was; the history says that it was done."""
    with transaction() as session:
        audit.record(session, "data_exported", user_id=user_id)
    exports: dict[str, Export] = current_app.extensions["exports"]
    return {"exported_at": as_text(clock.now()), **{name: export(user_id) for name, export in exports.items()}}


def as_text(seconds: int | None) -> str | None:
    """A moment as an export names it (RFC 3339)."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _account(user_id: int) -> object:
    with reading() as session:
        user = session.get_one(User, user_id)
    return {"id": str(user.id), "name": user.name, "email": user.email, "created_at": as_text(user.created_at)}


def _sessions(user_id: int) -> object:
    query = select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.created_at)
    with reading() as session:
        return [
            {
                "created_at": as_text(row.created_at),
                "last_seen_at": as_text(row.last_seen_at),
                "expires_at": as_text(row.expires_at),
                "network": row.network,
                "browser": row.agent,
            }
            for row in session.scalars(query)
        ]


def _history(user_id: int) -> object:
    query = select(SecurityEvent).where(SecurityEvent.user_id == user_id)
    with reading() as session:
        return [
            {
                "at": as_text(event.at),
                "kind": event.kind,
                "app": event.app,
                "actor": event.actor,
                "text": event.text,
                "address": event.address,
                "network": event.network,
                "browser": event.agent,
                "reference": event.reference,
            }
            for event in session.scalars(query.order_by(SecurityEvent.at, SecurityEvent.id))
        ]
