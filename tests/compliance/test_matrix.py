"""The page that the docs show is the matrix of the tests as they are."""

import pytest

from tests.compliance.matrix import Proof, Row, name_of, read, write
from tests.fixtures.servers import ROOT

PAGE = ROOT / "portal/docs/prose/compliance.md"
ITEMS = range(1, 71)
NOT_BUILT: set[int] = set()


def test_the_page_has_the_rules_and_tests_that_there_are(collected: set[Proof], files: set[str]) -> None:
    """Of the files that were collected: all of them, when the whole suite runs."""
    shown = {proof for proof in read(PAGE.read_text("utf-8")) if proof[3].partition(":")[0] in files}
    assert shown - collected == set(), "gone: make compliance"
    assert collected - shown == set(), "new: make compliance"


def test_every_file_that_the_page_names_is_there() -> None:
    named = {proof[3].partition(":")[0] for proof in read(PAGE.read_text("utf-8"))}
    assert [file for file in sorted(named) if not (ROOT / "tests" / file).exists()] == []


def test_every_item_of_the_security_rules_that_is_built_has_a_test() -> None:
    proven = {int(proof[1]) for proof in read(PAGE.read_text("utf-8")) if proof[0] == "ContextFile security rule"}
    assert set(ITEMS) - proven == NOT_BUILT


def test_nothing_is_shown_that_did_not_pass() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "---" not in line]
    assert [row for row in rows if not row.endswith((" | passed |", " | Result |"))] == []


@pytest.mark.parametrize(
    ("outcomes", "databases", "result"),
    [
        ([], {}, "not run"),
        (["passed", "passed"], {}, "passed"),
        (["passed", "passed"], {"a": {"sqlite", "postgresql"}}, "passed"),
        (["passed", "passed"], {"a": {"sqlite", "postgresql"}, "b": {"sqlite"}}, "one database"),
        (["passed", "skipped"], {"a": {"sqlite", "postgresql"}}, "skipped"),
        (["skipped", "failed", "passed"], {"a": {"sqlite", "postgresql"}}, "failed"),
    ],
)
def test_a_rule_has_passed_if_every_run_on_both_databases_has(
    outcomes: list[str], databases: dict[str, set[str]], result: str
) -> None:
    assert Row(outcomes=outcomes, databases=databases).result == result


def test_a_row_comes_back_from_the_page_as_it_went_in() -> None:
    test = name_of("tests/oauth/test_exchange.py::test_a_code_is_good[sqlite-x]@oauth sqlite")
    assert test == "oauth/test_exchange.py: a code is good"
    page = write({("RFC 6749", "4.1.2", "A code expires"): Row(tests={test}, outcomes=["passed"])})
    assert "Of 1 rules, 1 passed." in page
    assert read(page) == {("RFC 6749", "4.1.2", "A code expires", test)}
