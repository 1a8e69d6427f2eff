from typing import Any

import pytest
from flask import Flask

from tests.factories import Person, make_person


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app, name="Ada Lovelace")


@pytest.fixture
def bob(app: Flask) -> Person:
    return make_person(app, name="Bob Kahn")


@pytest.fixture(autouse=True)
def inside_the_application(app_context: Any) -> None:
    """These tests call use cases and send no request."""
