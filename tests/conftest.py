"""What every test may ask for, and how the tests are shared out: the two databases run side by side."""

import re
import sys
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from portal.config import is_loopback

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.applications",
    "tests.fixtures.servers",
    "tests.fixtures.browsers",
    "tests.fixtures.document_server",
    "tests.fixtures.mail_server",
    "tests.fixtures.model_server",
    "tests.fixtures.valkey",
]


class ByFolderAndDatabase(LoadScopeScheduling):
    """Keeps the tests of one folder on one database together, so that a worker starts their servers once.

    The `xdist_group` marker would say the same, but pytest 9 no longer reads the name that xdist 3.8 gives a test.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.partition("::")[0].rpartition("/")[0]
        database = re.search(r"\[.*?\b(sqlite|postgresql)\b", nodeid)
        return f"{folder} {database[1] if database else ''}"


SLOWEST = ("browser", "nodes", "quickstarts", "flows", "races", "connect_button", "docs")
"""Folders whose tests take longest each; they begin first, so that at the end no worker is left alone with one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest folders first; within a folder nothing moves."""
    places = {folder: place for place, folder in enumerate(SLOWEST)}
    items.sort(key=lambda item: places.get(item.nodeid.split("/")[1], len(places)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolderAndDatabase:
    """How the tests are shared out."""
    return ByFolderAndDatabase(config, log)


def stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """No test needs the network, and none gets it."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise RuntimeError(f"a test tried to reach {address[0]}")


sys.addaudithook(stay_on_this_machine)
