"""Flask, FastAPI and Django: from the button to the user's contexts, and everything that may come in between."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.fixtures.loopback import Callback
from tests.quickstarts.other_site import try_from_elsewhere
from tests.quickstarts.outage import stay_connected
from tests.quickstarts.program import FILES, Quickstart
from tests.quickstarts.walkthrough import Walkthrough, be_refused, use_and_leave

SERVERS = [Quickstart(name, links={".venv": Path(sys.prefix)}) for name in ("flask", "fastapi", "django")]
each_server = pytest.mark.parametrize("program", SERVERS, ids=lambda quickstart: quickstart.name, indirect=True)
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
@each_server
def test_the_program_shows_the_contexts_for_as_long_as_the_user_wants(walk: Walkthrough) -> None:
    use_and_leave(walk)


@on_sqlite
@each_server
def test_the_program_believes_no_answer_but_its_own(walk: Walkthrough) -> None:
    be_refused(walk)


@on_sqlite
@each_server
def test_the_program_does_nothing_for_another_site(walk: Walkthrough, callback: Callback) -> None:
    try_from_elsewhere(walk, callback)


@on_sqlite
@each_server
def test_access_that_is_still_open_is_not_called_ended(walk: Walkthrough) -> None:
    stay_connected(walk)


@on_sqlite
@each_server
def test_only_this_machine_reaches_the_program(walk: Walkthrough) -> None:
    assert not walk.program.answers_the_network()


def with_all_that_they_need(distributions: set[str]) -> set[str]:
    """Installed distributions, and those that come along with them."""
    for name in distributions:
        needed = [Requirement(line) for line in requires(name) or []]
        more = {canonicalize_name(one.name) for one in needed if not one.marker or one.marker.evaluate({"extra": ""})}
        if more - distributions:
            return with_all_that_they_need(distributions | more)
    return distributions


def imported(folder: Path) -> Iterator[str]:
    """The modules of other people that a quickstart's programs import."""
    own = {path.stem for path in folder.glob("*.py")}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            yield from {name.partition(".")[0] for name in names} - own - sys.stdlib_module_names


@pytest.mark.parametrize("name", [quickstart.name for quickstart in SERVERS])
def test_what_the_page_installs_is_all_that_the_program_imports(name: str) -> None:
    [named] = re.findall(r"^\.venv/bin/pip install (.+)$", (FILES / name / "setup.sh").read_text(), re.MULTILINE)
    installed = with_all_that_they_need({canonicalize_name(one) for one in named.split()})
    distributions = packages_distributions()
    modules = set(imported(FILES / name))
    assert modules
    for module in modules:
        assert {canonicalize_name(one) for one in distributions[module]} & installed, f"{module} is not installed"
