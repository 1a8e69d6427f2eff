"""Every sample does what it says: run as printed against a real server, each language goes the whole way."""

import base64
import hashlib
from typing import Any

import pytest
import requests

from tests.docs.samples.conftest import REDIRECT_URI, SCOPE
from tests.docs.samples.printed import is_the_guides
from tests.docs.samples.somebody import Somebody
from tests.docs.samples.toolchains import Toolchain
from tests.fixtures.loopback import parameters
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the code is the same for both
TOKENS = {"access_token", "refresh_token", "expires_in", "token_type", "scope"}


def make(toolchain: Toolchain, step: str, **given: Any) -> Any:
    """Run a step that has to succeed; gives what it makes, by name."""
    outcome = toolchain.run(step, **given)
    assert outcome.made is not None, f"{step} in {toolchain.language}:\n{outcome.said}"
    return outcome.made


def taken(toolchain: Toolchain, location: str, stored_state: str) -> str:
    """The code that the callback takes from an answer."""
    (result,) = make(toolchain, "callback", cases=[(parameters(location), stored_state)])["cases"]
    return str(result["code"])


def test_a_confidential_app_goes_the_whole_way(
    toolchain: Toolchain, somebody: Somebody, apps: Demo, live_server: LiveServer
) -> None:
    made = make(toolchain, "redirect")
    sent = parameters(made["auth_url"])
    state = sent.pop("state")
    assert made["auth_url"].startswith(f"{live_server.url}/oauth/authorize?")
    assert sent == {
        "response_type": "code",
        "client_id": apps.confidential.client_id,
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
    }
    assert len(state) >= 36
    assert state == made.get("state", state)
    assert state != parameters(make(toolchain, "redirect")["auth_url"])["state"]

    location = somebody.answer(made["auth_url"])
    assert location.startswith(f"{REDIRECT_URI}&")
    code = taken(toolchain, location, state)
    assert code == parameters(location)["code"]
    tokens = make(toolchain, "exchange", authorization_code=code)["tokens"]
    assert tokens.keys() == TOKENS
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, SCOPE)

    contexts = make(toolchain, "request", access_token=tokens["access_token"])["contexts"]["data"]
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    direct = requests.get(f"{live_server.url}/api/v1/contexts", headers=bearer, timeout=10).json()["data"]
    assert [context["name"] for context in contexts] == [context["name"] for context in direct] != []

    renewed = make(toolchain, "refresh", stored_refresh_token=tokens["refresh_token"])["new_tokens"]
    assert renewed.keys() == TOKENS
    assert renewed["refresh_token"] != tokens["refresh_token"]
    access = {"access_token": renewed["access_token"]}
    introspection = make(toolchain, "introspect", **access)["introspection"]
    assert (introspection["active"], introspection["scope"]) == (True, SCOPE)
    assert introspection["exp"] > 0
    make(toolchain, "revoke", stored_refresh_token=renewed["refresh_token"])
    assert make(toolchain, "introspect", **access)["introspection"]["active"] is False


def test_a_public_app_goes_with_pkce(toolchain: Toolchain, somebody: Somebody, apps: Demo) -> None:
    made = make(toolchain, "redirect_pkce")
    verifier = made["code_verifier"]
    sent = parameters(made["auth_url"])
    digest = hashlib.sha256(verifier.encode()).digest()
    assert sent == {
        "response_type": "code",
        "client_id": apps.public.client_id,
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "state": made["state"],
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    assert min(len(verifier), len(made["state"])) >= 43
    again = make(toolchain, "redirect_pkce")
    assert len({text for each in (made, again) for text in (each["state"], each["code_verifier"])}) == 4

    code = taken(toolchain, somebody.answer(made["auth_url"]), made["state"])
    exchange = {"authorization_code": code, "stored_code_verifier": verifier}
    assert make(toolchain, "exchange_pkce", **exchange)["tokens"].keys() == TOKENS

    code = taken(toolchain, somebody.answer(again["auth_url"]), again["state"])
    outcome = toolchain.run("exchange_pkce", authorization_code=code, stored_code_verifier=verifier)
    assert outcome.made is None, "the verifier is that of another request"
    assert "invalid_grant" in outcome.said


def test_the_callback_believes_no_answer_but_its_own(
    toolchain: Toolchain, somebody: Somebody, live_server: LiveServer
) -> None:
    auth_url = make(toolchain, "redirect")["auth_url"]
    state = parameters(auth_url)["state"]
    denied = parameters(somebody.answer(auth_url, "deny"))
    answer = {"code": "c", "state": state, "iss": live_server.url}
    refused = [
        ({**answer, "state": "another"}, state, "no request"),
        ({**answer, "state": state[:-1]}, state, "no request"),
        ({**answer, "state": ""}, state, "no request"),
        ({**answer, "state": ""}, "", "no request"),
        ({"code": "c", "iss": live_server.url}, state, "no request"),
        ({"code": "c", "iss": live_server.url}, "", "no request"),
        ({**denied, "state": "another"}, state, "no request"),
        ({**answer, "iss": "https://attacker.example"}, state, "not from ContextFile"),
        ({**answer, "iss": f"{live_server.url}/"}, state, "not from ContextFile"),
        ({"code": "c", "state": state}, state, "not from ContextFile"),
        (denied, state, f"access_denied: {denied['error_description']}"),
        ({"state": state, "iss": live_server.url}, state, ": "),
    ]
    cases = [(answer, state), *((query, stored) for query, stored, _ in refused)]
    result, *results = make(toolchain, "callback", cases=cases)["cases"]
    assert result == {"code": "c"}
    for (query, stored, reason), result in zip(refused, results, strict=True):
        assert reason in result.get("refused", ""), (query, stored)


@pytest.mark.parametrize("toolchain", ["php"], indirect=True)
def test_parameters_that_php_makes_arrays_of_are_none(toolchain: Toolchain, live_server: LiveServer) -> None:
    answer = {"code": "c", "state": "s", "iss": live_server.url}
    for name, reason in {"state": "no request", "iss": "not from ContextFile", "code": ": "}.items():
        (result,) = make(toolchain, "callback", cases=[({**answer, name: [answer[name]]}, "s")])["cases"]
        assert reason in result.get("refused", ""), name
    described = {"error": ["e"], "error_description": ["d"], "state": "s", "iss": live_server.url}
    assert make(toolchain, "callback", cases=[(described, "s")])["cases"] == [{"refused": ": "}]


def test_what_the_server_refuses_is_shown(toolchain: Toolchain) -> None:
    def check(step: str, error: str, **given: str) -> None:
        outcome = toolchain.run(step, **given)
        assert (outcome.made is not None) == is_the_guides(toolchain.language, step), (step, outcome.said)
        assert error in outcome.said, step
        assert ("message" if step == "request" else "error_description") in outcome.said, step

    check("exchange", "invalid_grant", authorization_code="not-a-code")
    check("request", "invalid_token", access_token="not-a-token")
    check("refresh", "invalid_grant", stored_refresh_token="not-a-token")
    asked = {"exchange": "authorization_code", "revoke": "stored_refresh_token", "introspect": "access_token"}
    for step, name in asked.items():
        check(step, "invalid_client", secret="not-the-secret", **{name: "unknown"})
