from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Page

from tests.fixtures.servers import StartServer
from tests.quickstarts.program import Program, Quickstart, running
from tests.quickstarts.provider import Provider, provide
from tests.quickstarts.walkthrough import Walkthrough


@pytest.fixture(scope="session")
def provider(start_server: StartServer) -> Iterator[Provider]:
    """A server of the quickstarts' own: they let its tokens grow old."""
    provider = provide(start_server)
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def program(
    request: pytest.FixtureRequest, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """The program of the Quickstart that is this fixture's parameter; it runs for all tests of a module."""
    quickstart: Quickstart = request.param
    client = provider.new_client(public=quickstart.public)
    with running(quickstart, provider.issuer, client, tmp_path_factory.mktemp(quickstart.name)) as program:
        yield program


@pytest.fixture
def walk(page: Page, program: Program, provider: Provider) -> Walkthrough:
    """The demo user before the program's first page; nothing is decided yet."""
    provider.server.forget_decisions()
    return Walkthrough(page, program, provider)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the program's last words under a test that failed."""
    report = yield
    program = getattr(item, "funcargs", {}).get("program")
    if report.failed and isinstance(program, Program):
        report.sections.append((f"log of {program.name}", program.log[-4000:]))
    return report
