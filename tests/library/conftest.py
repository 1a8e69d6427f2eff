"""Somebody who keeps things here."""

import pytest
from flask import Flask

from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def visitor(app: Flask, ada: Person) -> Visitor:
    """Ada's browser, in which she is signed in."""
    return visit_signed_in(app, ada)
