"""Changing one's name."""

from portal.accounts.models import User
from portal.foundation import audit
from portal.foundation.database import transaction


def change_name(user_id: int, name: str) -> None:
    """Give an account another name; the same one is no change."""
    with transaction() as session:
        user = session.get(User, user_id)
        if user is None or user.name == name:
            return
        audit.record(session, "name_changed", user_id=user_id, text=f"“{user.name}” → “{name}”")
        user.name = name
