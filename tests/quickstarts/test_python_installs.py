"""Flask, FastAPI and Django: what a page has its reader install is what its program imports."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.quickstarts.program import FILES


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


@pytest.mark.parametrize("name", ["flask", "fastapi", "django"])
def test_what_the_page_installs_is_all_that_the_program_imports(name: str) -> None:
    [named] = re.findall(r"^\.venv/bin/pip install (.+)$", (FILES / name / "setup.sh").read_text(), re.MULTILINE)
    installed = with_all_that_they_need({canonicalize_name(one) for one in named.split()})
    distributions = packages_distributions()
    modules = set(imported(FILES / name))
    assert modules
    for module in modules:
        assert {canonicalize_name(one) for one in distributions[module]} & installed, f"{module} is not installed"
