import pytest
from flask.testing import FlaskClient

from portal.foundation.form_bodies import MOST_FIELDS
from tests.accounts.documents import Page

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FORM = "application/x-www-form-urlencoded"


def test_a_form_of_very_many_fields_is_refused_before_it_is_read(client: FlaskClient) -> None:
    response = client.post("/login", data=b"a&" * 500_000, content_type=FORM)
    assert response.status_code == 413
    assert "That is too large" in response.text


def test_a_long_text_is_read_as_ever(client: FlaskClient) -> None:
    token = Page(client.get("/login")).values["csrf_token"]
    fields = f"csrf_token={token}&email=x%40people.example&password=x&more={'x' * 200_000}"
    response = client.post("/login", data=fields + "&a" * (MOST_FIELDS - 10), content_type=FORM)
    assert "There is a problem" in response.text
