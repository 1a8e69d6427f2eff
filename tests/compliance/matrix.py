"""The compliance matrix, a pytest plugin: which rule of which standard each test proves, and how it went.

`make compliance` loads it. A test names its rules with `@pytest.mark.standard("RFC 6749", "4.1.2", "the rule")`.
A row has passed if every run of every test of it passed: with all their parameters, and so on both databases.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

STANDARDS = {
    "ContextFile security rule": "What this server holds itself to, beyond and on top of the standards.",
    "RFC 6749": "The OAuth 2.0 Authorization Framework.",
    "RFC 6750": "Bearer Token Usage.",
    "RFC 7009": "Token Revocation.",
    "RFC 7591": "Dynamic Client Registration.",
    "RFC 7592": "Dynamic Client Registration Management.",
    "RFC 7636": "Proof Key for Code Exchange (PKCE).",
    "RFC 7662": "Token Introspection.",
    "RFC 8252": "OAuth 2.0 for Native Apps.",
    "RFC 8414": "Authorization Server Metadata.",
    "RFC 8707": "Resource Indicators.",
    "RFC 9207": "Authorization Server Issuer Identification.",
    "RFC 9700": "Best Current Practice for OAuth 2.0 Security.",
    "RFC 9728": "Protected Resource Metadata.",
    "Client ID Metadata Document": "draft-ietf-oauth-client-id-metadata-document; its sections by their titles.",
}
HEAD = "| Section | Rule | Test | Result |\n| --- | --- | --- | --- |\n"
INTRODUCTION = """\
# Compliance

Every rule below is one that a client, a user or an attacker can see from outside, and each is held by the tests that \
stand beside it, by their file in `tests/` and what they show. They run on SQLite and on PostgreSQL. Where the guide \
and a recommendation disagree, the guide wins and the row says so. `make compliance` runs the tests and writes this \
page; nothing on it is typed by hand.

"""
Rule = tuple[str, str, str]
"""Standard, section, and the rule in one sentence."""
Proof = tuple[str, str, str, str]
"""A rule and one test of it."""


@dataclass
class Row:
    """What proves one rule."""

    tests: set[str] = field(default_factory=set)
    outcomes: list[str] = field(default_factory=list)
    databases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """On which databases each test ran; a test that needs none is not here."""

    @property
    def result(self) -> str:
        """The worst outcome; skipped tests have proven nothing, nor has one database for the other."""
        worst = next((worst for worst in ("failed", "skipped", "passed") if worst in self.outcomes), "not run")
        return "one database" if worst == "passed" and {1} & set(map(len, self.databases.values())) else worst


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to write the table."""
    parser.addoption("--compliance-matrix", metavar="FILE", type=Path, help="write the compliance matrix to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty table."""
    config.pluginmanager.register(Matrix(config), "compliance matrix of this run")


def rules_of(item: pytest.Item) -> list[Rule]:
    """What a test says that it proves; a marker that cannot be a row is a fault of the test."""
    rules = []
    for mark in item.iter_markers("standard"):
        if len(mark.args) != 3 or mark.args[0] not in STANDARDS or mark.kwargs or not all(mark.args):
            raise pytest.UsageError(f"{item.nodeid}: {mark.args} is not a standard of the matrix, a section and a rule")
        rules.append(mark.args)
    return rules


class Matrix:
    """The rows of one run."""

    def __init__(self, config: pytest.Config) -> None:
        self._target: Path | None = config.getoption("--compliance-matrix")
        self._worker = hasattr(config, "workerinput")
        self._rows: defaultdict[Rule, Row] = defaultdict(Row)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note each test's rules, also where its reports carry them to the process that writes the table."""
        for item in items:
            parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
            item.user_properties.append(("database", parameters.get("database")))
            for rule in rules_of(item):
                item.user_properties.append(("standard", rule))
                self._rows[rule].tests.add(name_of(item.nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went."""
        if report.when != "call" and report.passed:
            return
        test, database = name_of(report.nodeid), dict(report.user_properties).get("database")
        for name, rule in report.user_properties:
            if name == "standard" and isinstance(rule, list | tuple):
                standard, section, text = rule
                row = self._rows[standard, section, text]
                row.tests.add(test)
                row.outcomes.append(report.outcome)
                if database:
                    row.databases[test].add(str(database))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the matrix, and write it."""
        if self._worker or self._target is None:
            return
        for (standard, section, text), row in sorted(self._rows.items(), key=order):
            terminalreporter.line(f"{standard} {section}: {text}: {row.result} ({', '.join(sorted(row.tests))})")
        self._target.write_text(write(self._rows), "utf-8")


def name_of(nodeid: str) -> str:
    """A test's file and, in the words of its name, what it shows; without parameters and the group it ran in."""
    file, _, function = re.split(r"[\[@]", nodeid)[0].partition("::")
    return f"{file.removeprefix('tests/')}: {function.rpartition('::')[2].removeprefix('test_').replace('_', ' ')}"


def order(entry: tuple[Rule, Row]) -> tuple[int, list[tuple[int, str]], str]:
    """The standards as they are listed, then sections by their numbers."""
    standard, section, text = entry[0]
    parts = [(int(part), "") if part.isdecimal() else (1000, part) for part in section.split(".")]
    return list(STANDARDS).index(standard), parts, text


def write(rows: dict[Rule, Row]) -> str:
    """The whole page."""
    passed = sum(row.result == "passed" for row in rows.values())
    standards = {standard for standard, _, _ in rows}
    page = INTRODUCTION + f"Of {len(rows)} rules, {passed} passed.\n"
    for standard in (name for name in STANDARDS if name in standards):
        page += f"\n## {standard}\n\n{STANDARDS[standard]}\n\n{HEAD}"
        for (of, section, text), row in sorted(rows.items(), key=order):
            if of == standard:
                page += f"| {section} | {text} | {'; '.join(sorted(row.tests))} | {row.result} |\n"
    return page


def read(page: str) -> set[Proof]:
    """What a page shows, without the results: each rule with each of its tests."""
    found, standard = set(), ""
    for line in page.splitlines():
        if line.startswith("## "):
            standard = line.removeprefix("## ")
        elif line.startswith("| ") and line not in HEAD.splitlines():
            section, rule, tests, _ = line.strip("| ").split(" | ")
            found |= {(standard, section, rule, test) for test in tests.split("; ")}
    return found
