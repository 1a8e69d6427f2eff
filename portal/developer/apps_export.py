"""This room's part of an account's export: the apps that somebody has registered, without any secret."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.data_export import as_text
from portal.foundation.database import reading
from portal.oauth.client_profiles import owned_by
from portal.oauth.models import Client


def export_apps(user_id: int) -> object:
    """A user's own apps; of their secrets only the last four characters, which the pages show too."""
    query = select(Client).options(selectinload(Client.redirect_uris), selectinload(Client.secrets))
    with reading() as session:
        clients = session.scalars(query.where(owned_by(user_id)).order_by(Client.created_at)).all()
    return [
        {
            "client_id": client.client_id,
            "name": client.name,
            "kind": client.kind,
            "description": client.description,
            "homepage_url": client.homepage_uri,
            "privacy_policy_url": client.policy_uri,
            "terms_of_service_url": client.tos_uri,
            "scope": client.scope,
            "optional_scope": client.optional_scope,
            "redirect_uris": [row.uri for row in client.redirect_uris],
            "secrets": [
                {"ends_with": secret.last_four, "created_at": as_text(secret.created_at)} for secret in client.secrets
            ],
            "created_at": as_text(client.created_at),
        }
        for client in clients
    ]
