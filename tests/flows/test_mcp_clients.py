"""Clients of the Model Context Protocol: knowing only the API's address they find the server, register and ask.

The protocol's own endpoint is not served; what follows after authorization is a plain request to the API.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.fixtures.loopback import Callback, parameters
from tests.fixtures.servers import Demo, LiveServer
from tests.flows.clients import Registration
from tests.flows.clients.mcp_client import McpClient
from tests.flows.clients.node import NodeClient
from tests.flows.resource_owner import ResourceOwner

Client = McpClient | NodeClient
LIBRARIES: dict[str, Callable[[Registration], Client]] = {
    "mcp": McpClient,
    "@modelcontextprotocol/sdk": lambda registration: NodeClient("mcp-sdk", registration),
}


@pytest.fixture
def registration(request: pytest.FixtureRequest, live_server: LiveServer, callback: Callback) -> Registration:
    """What such a client knows before it begins, which is no client ID, and how it wants to authenticate."""
    return Registration(live_server.url, "", None, request.param, callback.uri)


@pytest.fixture
def client(request: pytest.FixtureRequest, registration: Registration) -> Iterator[Client]:
    client = LIBRARIES[request.param](registration)
    yield client
    client.close()


@pytest.mark.parametrize(
    ("client", "registration"),
    [("mcp", "client_secret_basic"), ("@modelcontextprotocol/sdk", "none")],
    indirect=True,
)
@pytest.mark.standard("ContextFile security rule", "23", "Consent completes in Chromium with the policy in force")
@pytest.mark.standard(
    "ContextFile security rule", "52", "A client that knows the API alone finds its way and registers"
)
def test_they_discover_register_authorize_call_and_refresh(
    client: Client, registration: Registration, owner: ResourceOwner, demo: Demo
) -> None:
    asked = parameters(client.authorization_url)
    assert asked["client_id"].startswith("cf_app_")
    assert asked["resource"] == f"{registration.issuer}/api/v1"
    assert asked["code_challenge_method"] == "S256"
    first = client.exchange(owner.answer(client.authorization_url))
    assert set(first["scope"].split()) == set(asked["scope"].split())
    assert client.get("/api/v1/profile", first["access_token"]).body["data"]["email"] == demo.email
    second = client.refresh(first["refresh_token"])
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert client.get("/api/v1/contexts", second["access_token"]).status == 200
