import pytest
from flask import Flask

from tests.accounts.visitor import Visitor
from tests.factories import Person, make_person


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor.of(app)


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app, name="Ada Lovelace", email="ada@people.example")
