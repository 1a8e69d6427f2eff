"""Accounts and apps as operators name them: an email address, a client ID, or the # and number of a list."""

import click
from sqlalchemy import select

from portal.accounts.models import User
from portal.foundation.database import reading
from portal.oauth.models import Client

_LARGEST = 2**63 - 1


def number_in(name: str) -> int | None:
    """The number that lists write after a # where there is no name for it (any more); None if this is none."""
    digits = name.removeprefix("#")
    if not name.startswith("#") or not digits.isascii() or not digits.isdigit() or len(digits) > len(str(_LARGEST)):
        return None
    return int(digits) if int(digits) <= _LARGEST else None


def find_user(name: str) -> User:
    """The account with an email address, or with the number that the security log writes after a #.

    Raises:
        click.BadParameter: there is none.
    """
    number = number_in(name)
    wanted = User.email == name.strip().lower() if number is None else User.id == number
    with reading() as session:
        user = session.scalars(select(User).where(wanted)).one_or_none()
    if user is None:
        raise click.BadParameter(f"there is no account with the email address {name}; `users list` shows them")
    return user


def find_app(client_id: str) -> Client:
    """The app with a client ID, whosever it is.

    Raises:
        click.BadParameter: there is none.
    """
    with reading() as session:
        client = session.scalars(select(Client).where(Client.client_id == client_id)).one_or_none()
    if client is None:
        raise unknown_app(client_id)
    return client


def unknown_app(client_id: str) -> click.BadParameter:
    """What to say where there is none, any more."""
    return click.BadParameter(f"there is no app with the client ID {client_id}; `apps list` shows them")
