"""What the authorization endpoint accepts (RFC 6749 §3.1, §4.1.1; RFC 7636; RFC 9207; RFC 9700)."""

from urllib.parse import quote

import pytest
from flask import Flask

from tests.oauth.parties import STATE, Client, Owner, answer_of

ISSUER = "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": None}, "client_id is missing"),
        ({"client_id": "cf_app_unknown"}, "no app with this client ID"),
        ({"client_id": "x" * 9000}, "no app with this client ID"),
        ({"redirect_uri": "https://evil.example/callback"}, "The host differs: evil.example was sent, client.example"),
        ({"redirect_uri": "https://client.example/callback/"}, "Only the slash at the end of the path differs"),
        ({"redirect_uri": "https://client.example/Callback"}, "Only the case of letters in the path differs"),
        ({"redirect_uri": "http://client.example/callback"}, "The scheme differs: http was sent, https"),
        ({"redirect_uri": "https://client.example:8443/callback"}, "The port differs: 8443 was sent, none"),
        ({"redirect_uri": "https://client.example/callback?x=1"}, "The query differs"),
        ({"redirect_uri": "https://client.example/callback#"}, "They differ in spelling"),
        ({"redirect_uri": "https://client.example/%63allback"}, "The path differs"),
        ({"redirect_uri": "https://client.example/callback;x"}, "The path differs"),
        ({"redirect_uri": "https://me@client.example/callback"}, "carries a user name"),
        ({"redirect_uri": "https://client.example\"'<script>"}, "The host differs"),
        ({"redirect_uri": "https://client.example:port/"}, "cannot be read"),
        ({"redirect_uri": "https://clïent.example/callback"}, "The host differs"),
        ({"redirect_uri": "javascript:alert(1)"}, "The scheme differs"),
        ({"redirect_uri": "https://client.example/callback\n"}, "control character"),
        ({"redirect_uri": "https://client.example/\0"}, "control character"),
    ],
)
def test_an_unproven_redirect_uri_is_shown_and_never_followed(
    owner: Owner, client: Client, changes: dict[str, str | None], words: str
) -> None:
    """RFC 6749 §4.1.2.1, RFC 9700 §2.1."""
    page = owner.browser.get(client.request_uri(**changes))
    assert page.status_code == 400
    assert "Location" not in page.headers
    assert words in page.text
    assert "<script>" not in page.text
    assert "evil.example/callback" not in page.text.replace("https://evil.example/callback</", "")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_or_redirect_uri_is_not_followed(owner: Owner, client: Client, name: str) -> None:
    """RFC 6749 §3.1."""
    page = owner.browser.get(client.request_uri() + f"&{name}=https://evil.example/")
    assert page.status_code == 400
    assert f"{name} is repeated" in page.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": 'é"'}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request_uri": "https://client.example/request"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "profile:read admin"}, "invalid_scope"),
        ({"scope": 'é"\\'}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "=" * 43}, "invalid_request"),
    ],
)
def test_other_faults_are_sent_to_the_client_with_state_and_issuer(
    owner: Owner, client: Client, changes: dict[str, str | None], error: str
) -> None:
    """RFC 6749 §4.1.2.1, RFC 7636 §4.4.1, RFC 9207 §2; 303 as in RFC 9700 §4.12."""
    response = owner.browser.get(client.request_uri(**changes))
    assert response.status_code == 303
    assert response.headers["Location"].startswith(client.redirect_uri + "?")
    answer = answer_of(response)
    assert (answer["error"], answer["state"], answer["iss"]) == (error, STATE, ISSUER)
    assert answer["error_description"].isascii()
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_a_repeated_parameter_is_an_invalid_request(owner: Owner, client: Client) -> None:
    """RFC 6749 §3.1."""
    assert answer_of(owner.browser.get(client.request_uri() + "&scope=x"))["error"] == "invalid_request"
    answer = answer_of(owner.browser.get(client.request_uri() + "&state=other"))
    assert answer["error"] == "invalid_request"
    assert "state" not in answer


def test_a_fault_is_sent_to_the_client_only_after_signing_in(app: Flask, client: Client) -> None:
    """RFC 9700 §4.11.2: otherwise the endpoint is an open redirector."""
    response = app.test_client().get(client.request_uri(scope="admin"))
    assert response.headers["Location"].startswith("/login?next=/oauth/authorize")


def test_a_public_client_must_send_a_challenge(owner: Owner, public: Client) -> None:
    """RFC 9700 §2.1.1."""
    answer = answer_of(owner.browser.get(public.request_uri(code_challenge=None, code_challenge_method=None)))
    assert answer["error"] == "invalid_request"
    assert "code_challenge" in answer["error_description"]


def test_a_confidential_client_may_leave_pkce_out_as_the_public_guide_does(owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner, code_challenge=None, code_challenge_method=None)
    assert client.exchange(code, code_verifier=None).status_code == 200


@pytest.mark.parametrize("state", ["x" * 4096, "y" * 12_000, "ünï©ode 🦊 \u2028", "a&b=c+d%20", "line\nbreak", '"<>\\'])
def test_state_comes_back_to_the_byte(owner: Owner, client: Client, state: str) -> None:
    """RFC 6749 §4.1.2."""
    page = owner.browser.get(client.request_uri(state=state))
    answer = answer_of(owner.answer(page, "allow"))
    assert (answer["state"], answer["iss"]) == (state, ISSUER)
    assert answer.keys() == {"code", "state", "iss"}


def test_no_state_is_made_up(owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri(state=None))
    assert answer_of(owner.answer(page, "deny")).keys() == {"error", "error_description", "iss"}


def test_unknown_parameters_are_ignored(owner: Owner, client: Client) -> None:
    """RFC 6749 §3.1."""
    assert owner.browser.get(client.request_uri(nonsense="a\u00a0b\n", login_hint="a@b.example")).status_code == 200


@pytest.mark.parametrize("changes", [{"scope": "profile:read\n"}, {"code_challenge": "x" * 42 + "\n"}, {"state": "\0"}])
def test_a_control_character_where_it_matters_is_an_invalid_request(
    owner: Owner, client: Client, changes: dict[str, str | None]
) -> None:
    answer = answer_of(owner.browser.get(client.request_uri(**changes)))
    assert (answer["error"], "Control character" in answer["error_description"]) == ("invalid_request", True)


@pytest.mark.parametrize("origin", ["https://other.example", "null"])
def test_scripts_of_other_origins_are_not_answered(owner: Owner, client: Client, origin: str) -> None:
    """RFC 9700 §2.6."""
    for response in (
        owner.browser.get(client.request_uri(), headers={"Origin": origin}),
        owner.browser.options("/oauth/authorize", headers={"Origin": origin}),
    ):
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("query", [b"%ff=%fe&client_id=%ff", b"\xff\xfe", b"a=b&" * 100, b"x=" + b"y" * 70_000, b"%00"])
def test_an_unreadable_query_is_a_page_not_a_failure(owner: Owner, query: bytes) -> None:
    page = owner.browser.get("/oauth/authorize", query_string=quote(query, safe="%=&").encode().decode())
    assert page.status_code == 400
    assert "Location" not in page.headers
