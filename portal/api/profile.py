"""`/profile`: who allowed the app."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.accounts.users import get_user
from portal.api.envelope import answer, id_text, time_text
from portal.api.protection import current_access, require_scope


@require_scope("profile:read")
def read_profile() -> ResponseReturnValue:
    """The user's basic profile."""
    user = get_user(current_access().user_id)
    return answer(
        {
            "id": id_text(user.id),
            "name": user.name,
            "email": user.email,
            "created_at": time_text(user.created_at),
        }
    )


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/profile")(read_profile)
