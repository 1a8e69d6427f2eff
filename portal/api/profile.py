"""`/profile`: who allowed the app."""

from flask import Blueprint
from pydantic import BaseModel, ConfigDict

from portal.api.envelope import SHOWN, Answer, Id, Time
from portal.api.fields import Fields
from portal.api.operation import operation
from portal.api.protection import current_access


class Profile(BaseModel):
    """The user who allowed your app."""

    model_config = ConfigDict(
        **SHOWN,
        json_schema_extra={
            "examples": [
                {
                    "id": "4611686018427387904",
                    "name": "Uma User",
                    "email": "uma@example.com",
                    "created_at": "2026-01-31T09:30:00Z",
                }
            ]
        },
    )

    id: Id
    """Stays the same for this user, whatever name or e-mail address they change to."""
    name: str
    """What the user calls themselves."""
    email: str
    """The user’s e-mail address."""
    created_at: Time
    """When the user signed up."""


@operation("profile:read", query=Fields, answer=Answer[Profile])
def read_profile(query: Fields) -> Answer[Profile]:
    """Read the user’s basic profile."""
    return Answer[Profile].of(current_access().owner, query)


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/profile")(read_profile)
