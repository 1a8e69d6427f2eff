"""People and apps for tests, made by the product's own use cases."""

from dataclasses import dataclass
from functools import cache
from itertools import count

from flask import Flask

from portal.accounts.models import User
from portal.accounts.passwords import hash_password
from portal.developer.apps import AppDetails, RegisteredApp, register_app
from portal.foundation import clock
from portal.foundation.database import transaction

REDIRECT_URI = "https://client.example/callback"
PASSWORD = "correct horse battery staple"
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and the password that only they know."""

    id: int
    name: str
    email: str
    password: str


def make_person(app: Flask, *, name: str = "Ada Lovelace", email: str = "", password: str = PASSWORD) -> Person:
    """Sign somebody up."""
    email = email or f"person-{next(_numbers)}@people.example"
    user = User(name=name, email=email, password_hash=_hash_of(password), created_at=clock.now())
    with app.app_context(), transaction() as session:
        session.add(user)
    return Person(user.id, name, email, password)


@cache
def _hash_of(password: str) -> str:
    """Each hash takes as long as one is meant to take; the tests' people share it."""
    return hash_password(password)


def make_client(
    app: Flask,
    owner: Person,
    *,
    name: str = "Acme Notes",
    type: str = "confidential",  # noqa: A002  # the product's own word
    redirect_uris: tuple[str, ...] = (REDIRECT_URI,),
) -> RegisteredApp:
    """Register an app of `owner`'s."""
    details = AppDetails(
        name=name,
        description="Keeps your notes next to your context.",
        homepage_url="https://client.example",
        kind="web" if type == "confidential" else "native",
        redirect_uris=redirect_uris,
    )
    with app.app_context():
        return register_app(owner.id, owner.name, details)
