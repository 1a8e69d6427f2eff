"""Ruby, PHP and Go are parsed here whatever is installed; with their toolchains, other tests run them."""

from pathlib import Path

import pytest

from tests.fixtures.grammars import GRAMMARS, faults

DOCS = Path(__file__).parents[3] / "portal" / "docs"
FILES = [
    str(path.relative_to(DOCS))
    for folder in ("samples", "quickstarts")
    for ending in GRAMMARS
    for path in sorted((DOCS / folder).rglob(f"*.{ending}"))
]


@pytest.mark.parametrize("path", FILES)
def test_a_file_can_be_read_by_its_language(path: str) -> None:
    assert faults((DOCS / path).read_text(), path.rpartition(".")[2]) == []


def test_there_is_a_file_of_every_step_and_program() -> None:
    assert {path.rpartition(".")[2] for path in FILES} == GRAMMARS.keys()
    assert len(FILES) >= 30


@pytest.mark.parametrize(
    ("ending", "code"),
    [("rb", "puts(1\n"), ("php", "<?php\n$a = ;\n"), ("go", "package main\nfunc main() { if }\n")],
)
def test_a_file_that_cannot_be_read_is_found(ending: str, code: str) -> None:
    assert faults(code, ending) != []
