"""Errors that no request of a client can cause at will: handlers on a blueprint whose views fail on purpose."""

import logging
from dataclasses import replace

import pytest
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.api.errors import ApiError, register_error_handlers
from tests.api.callers import Caller, assert_refused
from tests.fixtures.applications import MakeApp
from tests.fixtures.loopback import free_port


@pytest.fixture
def failing() -> FlaskClient:
    app = Flask(__name__)
    blueprint = Blueprint("failing", __name__, url_prefix="/api/v1")
    register_error_handlers(blueprint)

    @blueprint.get("/unexpected")
    def unexpected() -> str:
        raise RuntimeError("a private detail")

    @blueprint.get("/locked")
    def locked() -> str:
        raise OperationalError("SELECT a private detail", {}, Exception("locked"))

    @blueprint.get("/exhausted")
    def exhausted() -> str:
        raise NoConnectionLeft("a private detail")

    @blueprint.get("/aborted/<int:status>")
    def aborted(status: int) -> str:
        abort(status)

    @blueprint.get("/refused")
    def refused() -> str:
        raise ApiError(429, "too_many_requests", "Wait.", {"Retry-After": "7"})

    @app.errorhandler(HTTPException)
    @app.errorhandler(InternalServerError)
    @app.errorhandler(OperationalError)
    def page(_error: Exception) -> tuple[str, int]:
        """What the application shows people, as the portal does; the API must not."""
        return "<h1>Page</h1>", 500

    app.register_blueprint(blueprint)
    return app.test_client()


def test_an_unexpected_failure_is_logged_and_tells_the_client_nothing_of_it(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing.get("/api/v1/unexpected")
    assert_refused(response, 500, "reference")
    assert response.get_json()["error"] == "server_error"
    assert "private" not in response.text
    assert "a private detail" in caplog.text


@pytest.mark.parametrize("path", ["locked", "exhausted"])
def test_a_database_that_cannot_answer_asks_for_patience(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing.get(f"/api/v1/{path}")
    assert_refused(response, 503, "Try again")
    assert response.get_json()["error"] == "temporarily_unavailable"
    assert response.headers["Retry-After"] == "5"
    assert "private" not in response.text
    assert "database unavailable" in caplog.text


def test_the_portal_without_its_database_asks_for_patience(ada: Caller, make_app: MakeApp, database: str) -> None:
    nowhere = {
        "sqlite": "sqlite:////nowhere/contextfile.sqlite3",
        "postgresql": f"postgresql+psycopg://127.0.0.1:{free_port()}/nowhere",
    }
    cut_off = replace(ada, app=make_app(database_url=nowhere[database]))
    for method, path in (("GET", "/profile"), ("POST", "/contexts"), ("DELETE", "/contexts/1")):
        response = cut_off.send(method, path)
        assert_refused(response, 503, "Try again")
        assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "invalid_request"), (404, "not_found"), (409, "conflict"), (429, "too_many_requests")],
)
def test_an_aborted_request_has_the_envelope(failing: FlaskClient, status: int, code: str) -> None:
    response = failing.get(f"/api/v1/aborted/{status}")
    assert_refused(response, status)
    assert response.get_json()["error"] == code


def test_a_refusal_keeps_its_headers(failing: FlaskClient) -> None:
    response = failing.get("/api/v1/refused")
    assert_refused(response, 429, "Wait.")
    assert response.headers["Retry-After"] == "7"


def test_addresses_outside_the_api_are_not_its_business(failing: FlaskClient) -> None:
    for path in ("/api/v1x", "/api", "/", "/nowhere"):
        assert failing.get(path).text == "<h1>Page</h1>"


def test_an_address_that_is_none_is_refused_as_json(ada: Caller, subtests: pytest.Subtests) -> None:
    for path in ("", "/", "/nowhere", "/contexts/", "/contexts/1/2", "/%00", "/" + "x" * 5000):
        for method in ("GET", "POST", "DELETE", "PROPFIND"):
            with subtests.test(method=method, path=path[:30]):
                response = ada.send(method, path)
                assert_refused(response, 404, "address", "reference")
                assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_method_that_an_address_does_not_take_is_refused_with_those_it_takes(ada: Caller) -> None:
    for method in ("PUT", "PATCH", "DELETE", "PROPFIND"):
        response = ada.send(method, "/contexts")
        assert_refused(response, 405, method, "GET", "POST")
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
