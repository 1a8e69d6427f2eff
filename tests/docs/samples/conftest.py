"""The samples of each language, ready to run against the shared server, for apps whose redirect URI is a hard one."""

from collections.abc import Iterator

import pytest

from portal.foundation.languages import LANGUAGES
from tests.docs.samples.printed import printed
from tests.docs.samples.somebody import Somebody
from tests.docs.samples.terminal import Terminal
from tests.docs.samples.toolchains import CamelCase, Go, JavaScript, Python, Toolchain, require
from tests.fixtures.servers import Demo, LiveServer

TOOLCHAINS: dict[str, type[Toolchain]] = {
    "curl": Terminal,
    "javascript": JavaScript,
    "typescript": JavaScript,
    "python": Python,
    "ruby": Toolchain,
    "php": CamelCase,
    "go": Go,
}
SCOPE = "profile:read contexts:read tasks:read"
REDIRECT_URI = "https://app.example/it's/(callback)?for=$HOME&and=%24%7BHOME%7D"
"""A legal one that would end a literal, or be read as a variable, wherever it is not escaped."""


@pytest.fixture(scope="session")
def apps(live_server: LiveServer) -> Demo:
    """The demo's apps, with that redirect URI."""
    return live_server.demo(REDIRECT_URI)


@pytest.fixture(scope="session", params=LANGUAGES)
def toolchain(
    request: pytest.FixtureRequest, live_server: LiveServer, apps: Demo, tmp_path_factory: pytest.TempPathFactory
) -> Toolchain:
    """One language's samples."""
    language: str = request.param
    require(language)
    app = apps.confidential
    credentials = {"contextfile_client_id": app.client_id, "contextfile_client_secret": app.client_secret}
    toolchain = TOOLCHAINS[language](language, tmp_path_factory.mktemp(language), credentials)
    toolchain.prepare(printed(language, live_server.url, SCOPE, apps.public, app))
    return toolchain


@pytest.fixture(scope="session")
def somebody(live_server: LiveServer, apps: Demo) -> Iterator[Somebody]:
    """The demo user."""
    somebody = Somebody(live_server, apps)
    yield somebody
    somebody.close()
