import pytest
from flask import Flask

from tests.oauth.parties import Client, Owner, meet


@pytest.fixture
def parties(app: Flask) -> tuple[Owner, Client]:
    """A signed-in owner and a confidential client."""
    return meet(app)


@pytest.fixture
def owner(parties: tuple[Owner, Client]) -> Owner:
    """The resource owner, signed in."""
    return parties[0]


@pytest.fixture
def client(parties: tuple[Owner, Client]) -> Client:
    """The confidential client."""
    return parties[1]


@pytest.fixture
def public(app: Flask) -> Client:
    """A public client."""
    return meet(app, "public")[1]
