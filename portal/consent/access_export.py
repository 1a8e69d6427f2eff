"""This room's part of an account's export: which apps have access, and since when."""

from portal.accounts.data_export import as_text
from portal.oauth.connected_clients import list_connected, list_sessions
from portal.oauth.scopes import write


def export_connected_apps(user_id: int) -> object:
    """The apps that a user has connected, each with its sessions that still work; no token, and no key of one."""
    return [
        {
            "name": app.name,
            "client_id": app.client_id,
            "scope": write(app.scope),
            "left_out": write(app.left_out),
            "allowed_at": as_text(app.allowed_at),
            "last_used_at": as_text(app.last_issued_at),
            "sessions": [
                {
                    "allowed_at": as_text(session.allowed_at),
                    "last_used_at": as_text(session.last_issued_at),
                    "scope": write(session.scope),
                    "network": session.allowed_from,
                    "browser": session.allowed_with,
                }
                for session in list_sessions(user_id, app.key)
            ],
        }
        for app in list_connected(user_id)
    ]
