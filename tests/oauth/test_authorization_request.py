"""What the authorization endpoint accepts (RFC 6749 §3.1, §4.1.1; RFC 7636; RFC 9207; RFC 9700)."""

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import update

from portal.foundation.database import transaction
from portal.oauth.models import Client as ClientRow
from tests.oauth.parties import STATE, Client, Owner, answer_of

ISSUER = "http://127.0.0.1:5000"


@pytest.mark.standard("RFC 8252", "8.4", "Redirect URIs are registered in full and matched exactly")
@pytest.mark.standard(
    "ContextFile security rule",
    "1",
    "An unknown client or a wrong redirect URI is answered with a page, never a redirect",
)
@pytest.mark.standard("ContextFile security rule", "2", "Redirect URIs are compared to the character")
@pytest.mark.standard("RFC 6749", "3.1.2.4", "An invalid redirect URI is not redirected to")
@pytest.mark.standard("RFC 6749", "4.1.2.1", "A missing or unknown client is told to the user and not redirected")
@pytest.mark.standard("RFC 9700", "2.1", "Redirect URIs are matched exactly")
@pytest.mark.standard("RFC 9700", "4.1.3", "No open redirector: nothing is redirected to an unregistered address")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": None}, "client_id is missing"),
        ({"client_id": "cf_app_unknown"}, "no app with this client ID"),
        ({"client_id": "x" * 9000}, "no app with this client ID"),
        ({"redirect_uri": "https://evil.example/callback"}, "The host differs: evil.example was sent, client.example"),
        ({"redirect_uri": "https://client.example/callback/"}, "Only the slash at the end of the path differs"),
        ({"redirect_uri": "https://client.example/callback/?x=1"}, "The slash at the end of the path differs. The"),
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


@pytest.mark.standard("RFC 6749", "3.1", "A repeated client_id or redirect_uri is not followed")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_or_redirect_uri_is_not_followed(owner: Owner, client: Client, name: str) -> None:
    """RFC 6749 §3.1."""
    page = owner.browser.get(client.request_uri() + f"&{name}=https://evil.example/")
    assert page.status_code == 400
    assert f"{name} is repeated" in page.text


@pytest.mark.standard("ContextFile security rule", "5", "A request without code_challenge is an invalid_request")
@pytest.mark.standard(
    "ContextFile security rule", "6", "code_challenge_method plain, absent or unknown is an invalid_request"
)
@pytest.mark.standard("ContextFile security rule", "8", "response_type=token is an unsupported_response_type")
@pytest.mark.standard("ContextFile security rule", "9", "An unknown scope is an invalid_scope and never dropped")
@pytest.mark.standard("ContextFile security rule", "11", "iss is in every error response")
@pytest.mark.standard("ContextFile security rule", "12", "The browser is sent back with 303")
@pytest.mark.standard("RFC 6749", "3.1.1", "A missing or unknown response_type is an error")
@pytest.mark.standard("RFC 6749", "4.1.2.1", "Other errors are redirected with error and the state that was sent")
@pytest.mark.standard("RFC 7636", "4.4.1", "An unsupported transformation is an invalid_request")
@pytest.mark.standard("RFC 9207", "2", "iss is in error responses")
@pytest.mark.standard("RFC 9700", "2.1.2", "The implicit grant is not served")
@pytest.mark.standard("RFC 9700", "4.12", "Redirects that follow a form are 303")
@pytest.mark.standard("RFC 9700", "4.2.4", "The redirect that carries a code or error sends no Referer")
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


@pytest.mark.standard("ContextFile security rule", "7", "A repeated parameter is an invalid_request")
@pytest.mark.standard("RFC 6749", "3.1", "Request parameters must not be repeated")
def test_a_repeated_parameter_is_an_invalid_request(owner: Owner, client: Client) -> None:
    """RFC 6749 §3.1."""
    assert answer_of(owner.browser.get(client.request_uri() + "&scope=x"))["error"] == "invalid_request"
    answer = answer_of(owner.browser.get(client.request_uri() + "&state=other"))
    assert answer["error"] == "invalid_request"
    assert "state" not in answer


@pytest.mark.standard("ContextFile security rule", "15", "Errors are redirected only after the user has signed in")
@pytest.mark.standard("RFC 9700", "4.11.2", "The authorization server is no open redirector: the user signs in first")
def test_a_fault_is_sent_to_the_client_only_after_signing_in(app: Flask, client: Client) -> None:
    """RFC 9700 §4.11.2: otherwise the endpoint is an open redirector."""
    response = app.test_client().get(client.request_uri(scope="admin"))
    assert response.headers["Location"].startswith("/login?next=/oauth/authorize")


@pytest.mark.standard("RFC 8252", "8.1", "Native apps use PKCE: a request without it is refused")
@pytest.mark.standard("ContextFile security rule", "5", "A public client must send a code_challenge")
@pytest.mark.standard(
    "RFC 7636", "4.4.1", "Where PKCE is required a request without code_challenge is an invalid_request"
)
@pytest.mark.standard("RFC 9700", "2.1.1", "Public clients must use PKCE")
def test_a_public_client_must_send_a_challenge(owner: Owner, public: Client) -> None:
    """RFC 9700 §2.1.1."""
    answer = answer_of(owner.browser.get(public.request_uri(code_challenge=None, code_challenge_method=None)))
    assert answer["error"] == "invalid_request"
    assert "code_challenge" in answer["error_description"]


@pytest.mark.standard(
    "ContextFile security rule", "5", "A confidential client may leave PKCE out: so the guide does, and the guide wins"
)
@pytest.mark.standard(
    "RFC 9700", "2.1.1", "PKCE is recommended for confidential clients; the guide leaves it out, and the guide wins"
)
def test_a_confidential_client_may_leave_pkce_out_as_the_public_guide_does(owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner, code_challenge=None, code_challenge_method=None)
    assert client.exchange(code, code_verifier=None).status_code == 200


@pytest.mark.standard("ContextFile security rule", "10", "state comes back to the byte")
@pytest.mark.standard("ContextFile security rule", "11", "iss is in every successful response")
@pytest.mark.standard("RFC 6749", "4.1.2", "state is returned exactly as it was received")
@pytest.mark.standard("RFC 9207", "2", "iss is in successful responses")
@pytest.mark.parametrize("state", ["x" * 4096, "y" * 12_000, "ünï©ode 🦊 \u2028", "a&b=c+d%20", "line\nbreak", '"<>\\'])
def test_state_comes_back_to_the_byte(owner: Owner, client: Client, state: str) -> None:
    """RFC 6749 §4.1.2."""
    page = owner.browser.get(client.request_uri(state=state))
    answer = answer_of(owner.answer(page, "allow"))
    assert (answer["state"], answer["iss"]) == (state, ISSUER)
    assert answer.keys() == {"code", "state", "iss"}


@pytest.mark.standard("RFC 6749", "4.1.2.1", "An error carries no state that was not sent")
def test_no_state_is_made_up(owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri(state=None))
    assert answer_of(owner.answer(page, "deny")).keys() == {"error", "error_description", "iss"}


@pytest.mark.standard("ContextFile security rule", "7", "An unknown parameter is ignored")
@pytest.mark.standard("RFC 6749", "3.1", "Unrecognized request parameters are ignored")
def test_unknown_parameters_are_ignored(owner: Owner, client: Client) -> None:
    """RFC 6749 §3.1."""
    assert owner.browser.get(client.request_uri(nonsense="a\u00a0b\n", login_hint="a@b.example")).status_code == 200


@pytest.mark.parametrize("changes", [{"scope": "profile:read\n"}, {"code_challenge": "x" * 42 + "\n"}, {"state": "\0"}])
def test_a_control_character_where_it_matters_is_an_invalid_request(
    owner: Owner, client: Client, changes: dict[str, str | None]
) -> None:
    answer = answer_of(owner.browser.get(client.request_uri(**changes)))
    assert (answer["error"], "Control character" in answer["error_description"]) == ("invalid_request", True)


@pytest.mark.standard("ContextFile security rule", "14", "The authorization endpoint sends no CORS headers")
@pytest.mark.standard("RFC 9700", "2.6", "The authorization endpoint does not support CORS")
@pytest.mark.parametrize("origin", ["https://other.example", "null"])
def test_scripts_of_other_origins_are_not_answered(owner: Owner, client: Client, origin: str) -> None:
    """RFC 9700 §2.6."""
    for response in (
        owner.browser.get(client.request_uri(), headers={"Origin": origin}),
        owner.browser.options("/oauth/authorize", headers={"Origin": origin}),
    ):
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


@pytest.mark.standard("ContextFile security rule", "70", "An unreadable query is a page and no failure")
@pytest.mark.parametrize("query", [b"%ff=%fe&client_id=%ff", b"\xff\xfe", b"a=b&" * 100, b"x=" + b"y" * 70_000, b"%00"])
def test_an_unreadable_query_is_a_page_not_a_failure(owner: Owner, query: bytes) -> None:
    page = owner.browser.get("/oauth/authorize", query_string=quote(query, safe="%=&").encode().decode())
    assert page.status_code == 400
    assert "Location" not in page.headers


@pytest.mark.standard("RFC 7636", "4.4.1", "A client that requires PKCE is refused a request without it")
def test_a_confidential_client_may_require_a_challenge_of_itself(app: Flask, owner: Owner, client: Client) -> None:
    without = client.request_uri(code_challenge=None, code_challenge_method=None)
    assert owner.browser.get(without).status_code == 200
    with app.app_context(), transaction() as session:
        session.execute(update(ClientRow).values(require_pkce=True))
    assert answer_of(owner.browser.get(without))["error"] == "invalid_request"
    assert owner.browser.get(client.request_uri()).status_code == 200
