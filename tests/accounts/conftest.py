import shutil

import pytest
from flask import Flask

from portal.foundation.mail_transport import mail_folder
from tests.accounts.visitor import Visitor
from tests.factories import Person, make_person


@pytest.fixture(autouse=True)
def no_letters_yet(app: Flask) -> None:
    """Letters of earlier tests are gone; some of them came from the future."""
    shutil.rmtree(mail_folder(app.config["SETTINGS"]), ignore_errors=True)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor.of(app)


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app, name="Ada Lovelace", email="ada@people.example")
