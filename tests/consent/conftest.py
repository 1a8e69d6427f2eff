"""The same parties meet here as at the endpoints."""

from tests.oauth.conftest import client, owner, parties

__all__ = ["client", "owner", "parties"]
