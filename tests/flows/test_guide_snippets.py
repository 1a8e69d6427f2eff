"""The requests of the public guide, in the guide's own form: client_secret_post, and no PKCE."""

from urllib.parse import urlencode

import pytest
import requests

from tests.fixtures.loopback import parameters
from tests.fixtures.servers import Demo, LiveServer
from tests.flows.resource_owner import ResourceOwner


@pytest.fixture
def code(live_server: LiveServer, demo: Demo, owner: ResourceOwner) -> str:
    """What the guide's Step 1 brings back."""
    query = {
        "response_type": "code",
        "client_id": demo.confidential.client_id,
        "redirect_uri": demo.confidential.redirect_uri,
        "scope": "profile:read contexts:read",
        "state": "a random state",
    }
    answer = parameters(owner.answer(f"{live_server.url}/oauth/authorize?{urlencode(query)}"))
    assert answer["state"] == query["state"]
    return answer["code"]


def post(server: LiveServer, demo: Demo, **body: str | None) -> requests.Response:
    identity = {"client_id": demo.confidential.client_id, "client_secret": demo.confidential.client_secret}
    return requests.post(f"{server.url}/api/oauth/token", data={**body, **identity}, timeout=10)


def test_steps_2_and_3_and_refreshing(live_server: LiveServer, demo: Demo, code: str) -> None:
    exchanged = post(
        live_server,
        demo,
        grant_type="authorization_code",
        code=code,
        redirect_uri=demo.confidential.redirect_uri,
    )
    assert exchanged.status_code == 200, exchanged.text
    assert exchanged.headers["Cache-Control"] == "no-store"
    tokens = exchanged.json()
    assert tokens.keys() == {"access_token", "refresh_token", "expires_in", "token_type", "scope"}
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600

    contexts = requests.get(
        f"{live_server.url}/api/v1/contexts",
        headers={"Authorization": f"Bearer {tokens['access_token']}", "Content-Type": "application/json"},
        timeout=10,
    )
    assert contexts.status_code == 200
    assert len(contexts.json()["data"]) > 0

    refreshed = post(live_server, demo, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.status_code == 200, refreshed.text
    assert refreshed.json().keys() == tokens.keys()
    assert refreshed.json()["refresh_token"] != tokens["refresh_token"]


def test_step_2_with_a_wrong_secret_is_refused(live_server: LiveServer, demo: Demo, code: str) -> None:
    refused = requests.post(
        f"{live_server.url}/api/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": demo.confidential.redirect_uri,
            "client_id": demo.confidential.client_id,
            "client_secret": "YOUR_CLIENT_SECRET",
        },
        timeout=10,
    )
    assert refused.status_code == 401
    assert refused.json()["error"] == "invalid_client"
