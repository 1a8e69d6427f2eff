"""What every test may ask for, and how the tests are shared out: the two databases run side by side."""

import sys

import pytest

from portal.config import is_loopback

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.applications",
    "tests.fixtures.servers",
    "tests.fixtures.browsers",
    "tests.fixtures.document_server",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one folder on one database together, so that a worker starts their servers once."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        database = parameters.params.get("database", "") if parameters else ""
        item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name} {database}".strip()))


def stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """No test needs the network, and none gets it."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise RuntimeError(f"a test tried to reach {address[0]}")


sys.addaudithook(stay_on_this_machine)
