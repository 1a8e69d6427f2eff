"""Error pages: what a person sees when something is wrong."""

import pytest
from flask import Flask

from portal.foundation.database import Database
from tests.accounts.documents import Page
from tests.factories import make_person
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Owner


@pytest.mark.parametrize("path", ["/nothing", "/developer/oauth-apps/cf_app_x", "/static/nothing.css", "/%00", "/%ff"])
def test_an_unknown_address_is_a_page_with_a_reference(app: Flask, path: str) -> None:
    owner = Owner(app, make_person(app)).log_in()
    page = owner.browser.get(path)
    assert page.status_code == 404
    assert page.headers["X-Request-Id"] in page.text


def test_a_database_that_does_not_answer_is_a_503_even_for_somebody_signed_in(app: Flask) -> None:
    owner = Owner(app, make_person(app)).log_in()
    database = app.extensions["database"]
    app.extensions["database"] = Database("sqlite:////nowhere/at/all.sqlite3", 4, 30)
    try:
        page = owner.browser.get("/developer/oauth-apps")
        token = app.test_client().post("/api/oauth/token", data={"grant_type": "refresh_token", "client_id": "x"})
    finally:
        app.extensions["database"] = database
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "database is busy" in page.text
    assert token.status_code == 401, "a malformed client ID needs no database"


def test_a_failure_of_ours_is_a_page_without_its_cause(make_app: MakeApp) -> None:
    app = make_app()
    app.testing = False

    def fail() -> str:
        raise RuntimeError("the cause")

    app.add_url_rule("/fail", view_func=fail)
    page = app.test_client().get("/fail")
    assert page.status_code == 500
    assert "the cause" not in page.text
    assert page.headers["X-Request-Id"] in page.text


def test_an_error_page_leads_on(app: Flask) -> None:
    links = Page(app.test_client().get("/nothing")).links
    for path in ("/", "/contexts", "/docs"):
        assert path in links
