from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page

from tests.fixtures.loopback import Callback
from tests.fixtures.servers import Demo, LiveServer
from tests.flows.clients import Connect, OutsideClient, Registration
from tests.flows.clients.authlib_client import AuthlibClient
from tests.flows.clients.node import NodeClient
from tests.flows.clients.requests_oauthlib_client import RequestsOAuthlibClient
from tests.flows.resource_owner import ResourceOwner

PYTHON_LIBRARIES: dict[str, Connect] = {
    "Authlib": AuthlibClient,
    "requests-oauthlib": RequestsOAuthlibClient,
}
NODE_LIBRARIES = ("openid-client", "oauth4webapi")


@pytest.fixture
def owner(page: Page, live_server: LiveServer, demo: Demo, callback: Callback) -> ResourceOwner:
    """Somebody who has decided nothing yet."""
    live_server.forget_decisions()
    return ResourceOwner(page, demo, callback)


@pytest.fixture(params=[*PYTHON_LIBRARIES, *NODE_LIBRARIES])
def connect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Set up one client library."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # oauthlib makes no exception for loopback
    if request.param in PYTHON_LIBRARIES:
        yield PYTHON_LIBRARIES[request.param]
        return
    with ExitStack() as processes:

        def start(registration: Registration) -> OutsideClient:
            client = NodeClient(request.param, registration)
            processes.callback(client.close)
            return client

        yield start


@pytest.fixture(params=["client_secret_basic", "client_secret_post", "none"])
def registration(request: pytest.FixtureRequest, live_server: LiveServer, demo: Demo) -> Registration:
    """A demo app's credentials, and how it authenticates with them."""
    client = demo.public if request.param == "none" else demo.confidential
    return Registration(live_server.url, client.client_id, client.client_secret, request.param, client.redirect_uri)
