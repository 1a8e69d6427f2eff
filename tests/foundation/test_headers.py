import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.foundation import headers


@pytest.fixture(params=[False, True], ids=["http", "https"])
def https(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def client(https: bool) -> FlaskClient:
    app = Flask(__name__)
    headers.init_app(app, https=https)

    @app.get("/plain")
    def plain() -> str:
        return headers.request_id()

    @app.get("/form")
    def form() -> str:
        headers.allow_form_to(FORM_TARGET)
        return ""

    @app.get("/open")
    def any_origin() -> str:
        headers.allow_any_origin()
        return ""

    return app.test_client()


FORM_TARGET = "https://client.example:8443/callback?x=1"


def policy(client: FlaskClient, path: str) -> dict[str, str]:
    text = client.get(path).headers["Content-Security-Policy"]
    return {name: value for name, _, value in (part.strip().partition(" ") for part in text.split(";"))}


@pytest.mark.standard("ContextFile security rule", "59", "No page may load foreign code or send its forms away")
def test_no_page_may_be_framed_load_foreign_code_or_send_its_forms_away(client: FlaskClient) -> None:
    directives = policy(client, "/plain")
    assert directives["default-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert directives["object-src"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert client.get("/plain").headers["X-Frame-Options"] == "DENY"


def test_a_page_that_asks_for_it_may_send_its_form_on_to_one_origin(client: FlaskClient) -> None:
    assert policy(client, "/form")["form-action"] == "'self' https://client.example:8443"
    assert policy(client, "/plain")["form-action"] == "'self'"


@pytest.mark.parametrize(
    ("redirect_uri", "source"),
    [
        ("http://127.0.0.1:3000/callback", "http://127.0.0.1:3000"),
        ("http://[::1]:3000/callback", "http:"),
        ("com.example.app:/callback", "com.example.app:"),
    ],
)
def test_a_form_target_without_an_origin_is_allowed_by_its_scheme(redirect_uri: str, source: str) -> None:
    app = Flask(__name__)
    headers.init_app(app, https=False)

    @app.get("/form")
    def form() -> str:
        headers.allow_form_to(redirect_uri)
        return ""

    assert policy(app.test_client(), "/form")["form-action"] == f"'self' {source}"


def test_only_answers_that_ask_for_it_can_be_read_by_any_origin(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/plain").headers
    answer = client.get("/open")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert {"WWW-Authenticate", "ETag", "RateLimit"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))


def test_no_answer_is_stored_or_sniffed(client: FlaskClient) -> None:
    answer = client.get("/plain")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.standard("ContextFile security rule", "59", "HSTS over TLS")
def test_only_tls_asks_browsers_to_insist_on_tls(client: FlaskClient, https: bool) -> None:
    assert ("Strict-Transport-Security" in client.get("/plain").headers) == https


def test_even_an_error_carries_the_headers(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Content-Security-Policy" in answer.headers


def test_each_request_has_an_id_that_its_answer_names(client: FlaskClient) -> None:
    first, second = client.get("/plain"), client.get("/plain")
    assert first.text == first.headers["X-Request-Id"]
    assert first.text != second.text
