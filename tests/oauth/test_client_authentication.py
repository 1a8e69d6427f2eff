"""Who may call the token, revocation and introspection endpoints, and in what form (RFC 6749 §2.3, §3.2)."""

import base64

import pytest
from flask import Flask

from tests.factories import make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, assert_error, meet

ENDPOINTS = ["/api/oauth/token", "/api/oauth/revoke", "/api/oauth/introspect"]
FORM = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}


@pytest.mark.standard(
    "ContextFile security rule", "35", "A confidential client without its secret fails at every endpoint"
)
@pytest.mark.standard("RFC 6749", "3.2.1", "Confidential clients must authenticate")
@pytest.mark.standard("RFC 7009", "2.1", "The revocation endpoint validates the client's credentials")
@pytest.mark.standard("RFC 9700", "2.5", "Clients that have credentials are made to use them")
@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_confidential_client_without_its_secret_is_refused(client: Client, path: str) -> None:
    response = client.send(path, client_id=client.registered.client_id, **FORM)
    assert_error(response, "invalid_client", "send its client secret", status=401)


@pytest.mark.standard("ContextFile security rule", "48", "Introspection without authentication is a 401")
@pytest.mark.standard("RFC 7662", "2.1", "The introspection endpoint requires authorization")
@pytest.mark.standard("RFC 7662", "2.3", "Introspection with no or wrong client credentials is a 401")
@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_caller_that_does_not_say_who_it_is_is_refused_with_a_challenge(client: Client, path: str) -> None:
    """RFC 6749 §5.2, RFC 7662 §2.1."""
    response = client.send(path, **FORM)
    assert_error(response, "invalid_client", "Name the client", status=401)
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.standard("ContextFile security rule", "31", "A bad Basic header is a 401 with WWW-Authenticate")
@pytest.mark.standard("RFC 6749", "5.2", "invalid_client for an Authorization header is a 401 with WWW-Authenticate")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"id:").decode(),
        "Basic " + base64.b64encode(b"id:%ff").decode(),
        "Basic " + base64.b64encode(b"id:null\0").decode(),
        "Basic " + base64.b64encode("id:sécret".encode()).decode(),
        "Basic " + base64.b64encode(b"id:secret\n").decode(),
        "Bearer cf_at_x",
        "Digest x",
    ],
)
def test_a_broken_authorization_header_is_a_401_with_a_challenge(client: Client, path: str, header: str) -> None:
    """RFC 6749 §5.2."""
    response = client.app.test_client().post(path, data=FORM, headers={"Authorization": header})
    assert_error(response, "invalid_client", status=401)
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.standard("RFC 6749", "2.3", "A wrong Basic header does not fall through to no authentication")
@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_wrong_basic_header_does_not_fall_through_to_a_public_client(public: Client, path: str) -> None:
    header = {"Authorization": "Basic " + base64.b64encode(b"nobody:nothing").decode()}
    form = {**FORM, "client_id": public.registered.client_id}
    assert public.app.test_client().post(path, data=form, headers=header).status_code in {400, 401}


@pytest.mark.standard("RFC 8252", "8.5", "A secret is no proof of a public client's identity")
def test_a_public_client_with_a_secret_is_refused(app: Flask, public: Client) -> None:
    other = make_client(app, make_person(app)).client_secret
    assert_error(public.refresh("x", client_secret=other), "invalid_client", "has no secret", status=401)


@pytest.mark.standard("RFC 6749", "2.3.1", "An empty client_secret counts as left out")
def test_an_empty_secret_in_a_basic_header_is_no_secret(owner: Owner, public: Client, client: Client) -> None:
    """requests-oauthlib sends a public client this way (RFC 6749 §2.3.1)."""
    token = public.obtain_tokens(owner)["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    answers = [
        party.app.test_client().post(
            ENDPOINTS[0],
            data=form,
            headers={"Authorization": "Basic " + base64.b64encode(f"{party.registered.client_id}:".encode()).decode()},
        )
        for party in (client, public)
    ]
    assert_error(answers[0], "invalid_client", "send its client secret", status=401)
    assert answers[1].status_code == 200


@pytest.mark.standard("RFC 6749", "5.2", "A wrong secret in the body is an invalid_client with status 401")
def test_a_wrong_secret_of_the_right_form_is_refused(app: Flask, owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    wrong = make_client(app, make_person(app)).client_secret
    assert_error(client.refresh(tokens["refresh_token"], client_secret=wrong), "invalid_client", "wrong", status=401)
    assert client.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("secret", ["cf_cs_", "x", "cf_cs_" + "0" * 49, "é", "cf_cs_\u0000"])
def test_a_mistyped_secret_is_named_as_such(client: Client, secret: str) -> None:
    response = client.refresh("x", client_secret=secret)
    assert response.status_code in {400, 401}
    assert response.get_json()["error"] in {"invalid_client", "invalid_request"}
    assert secret not in response.get_json()["error_description"] or secret in {"x", "cf_cs_"}


def test_a_secret_with_a_line_break_at_its_end_is_recognised(client: Client) -> None:
    response = client.refresh("x", client_secret=f"{client.registered.client_secret}\n")
    assert_error(response, "invalid_request", "line break at its end")


@pytest.mark.standard("ContextFile security rule", "32", "Credentials in the query are refused")
@pytest.mark.standard("ContextFile security rule", "33", "JSON, multipart and unreadable bodies are a 4xx")
@pytest.mark.standard("RFC 6749", "2.3.1", "Client credentials must not be in the request URI")
@pytest.mark.standard("RFC 6749", "3.2", "Repeated parameters are an invalid_request at the token endpoint")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    ("kwargs", "status"),
    [
        ({"json": FORM}, 400),
        ({"data": {**FORM, "file": (b"x", "x.txt")}, "content_type": "multipart/form-data"}, 400),
        ({"data": b"\xff\xfe\x00", "content_type": "application/x-www-form-urlencoded"}, 400),
        (
            {"data": b"token=a&token=b&grant_type=refresh_token", "content_type": "application/x-www-form-urlencoded"},
            400,
        ),
        ({"data": b"token=%00&client_id=%00", "content_type": "application/x-www-form-urlencoded"}, 400),
        ({"data": b"token=%ed%a0%80", "content_type": "application/x-www-form-urlencoded"}, 400),
        ({"data": b"x=" + b"y" * 1_000_000, "content_type": "application/x-www-form-urlencoded"}, 413),
        (
            {"data": b"&".join(b"p%d=1" % i for i in range(500)), "content_type": "application/x-www-form-urlencoded"},
            400,
        ),
        ({"data": FORM, "query_string": "client_secret=x"}, 400),
        ({"data": b"", "content_type": ""}, 400),
    ],
)
def test_a_request_of_another_form_is_an_invalid_request(
    client: Client, path: str, kwargs: dict[str, object], status: int
) -> None:
    """RFC 6749 §2.3.1, §3.2."""
    if "file" in str(kwargs.get("data")) and isinstance(kwargs["data"], dict):
        kwargs = {"data": b"--x--", "content_type": "multipart/form-data; boundary=x"}
    response = client.app.test_client().post(path, **kwargs)
    assert_error(response, "invalid_request", status=status)


@pytest.mark.standard("ContextFile security rule", "33", "Methods other than POST are a 405 in JSON")
@pytest.mark.standard("RFC 6749", "3.2", "The token endpoint is used with POST")
@pytest.mark.standard("RFC 7009", "2.1", "Revocation requests are a POST")
@pytest.mark.standard("RFC 7662", "2.1", "Introspection requests are a POST")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_in_json(client: Client, path: str, method: str) -> None:
    response = client.app.test_client().open(path, method=method)
    assert_error(response, "invalid_request", "POST", status=405)
    assert "POST" in response.headers["Allow"]


@pytest.mark.standard("ContextFile security rule", "34", "Secret guessing is throttled without locking out the owner")
@pytest.mark.standard("RFC 6749", "2.3.1", "Endpoints that take a client password are protected against brute force")
def test_guessing_secrets_is_throttled_and_the_owner_is_not_locked_out(make_app: MakeApp) -> None:
    """RFC 6749 §2.3.1."""
    app = make_app(rate_limits=True)
    owner, client = meet(app)
    tokens = client.obtain_tokens(owner)
    wrong = make_client(app, make_person(app)).client_secret
    statuses = [client.refresh("x", client_secret=wrong).status_code for _ in range(35)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert client.refresh(tokens["refresh_token"]).status_code == 200


def test_scripts_of_any_origin_may_use_the_token_endpoints(app: Flask) -> None:
    browser, origin = app.test_client(), {"Origin": "https://spa.example"}
    for path in ENDPOINTS:
        preflight = browser.options(path, headers={**origin, "Access-Control-Request-Method": "POST"})
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in preflight.headers
        assert browser.post(path, data=FORM, headers=origin).headers["Access-Control-Allow-Origin"] == "*"
