import pytest
from flask import Flask

from portal.oauth.scopes import SCOPES
from tests.api.callers import Caller, connect
from tests.factories import make_client, make_person


@pytest.fixture
def ada(app: Flask) -> Caller:
    """An app that Ada allowed everything."""
    person = make_person(app, name="Ada Lovelace", email="ada@people.example")
    return connect(app, person, make_client(app, person), *SCOPES)


@pytest.fixture
def bob(app: Flask) -> Caller:
    """An app that Bob allowed everything."""
    person = make_person(app, name="Bob Kahn")
    return connect(app, person, make_client(app, person), *SCOPES)
