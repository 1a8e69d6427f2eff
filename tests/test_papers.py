"""CONTRIBUTING, SECURITY, CHANGELOG and the licence are true: what they name exists, and they agree with each other."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from portal.config import Settings

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
A_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")


def read(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "README.md"])
def test_every_file_that_a_paper_names_exists(name: str) -> None:
    code = re.findall(r"`([^`\n]+)`", read(name))
    tops = {path.name for path in ROOT.iterdir() if path.name != ".venv"}
    paths = {words.partition("::")[0] for words in code if words.partition("/")[0] in tops and " " not in words}
    linked = set(re.findall(r"\]\(([^)#:]+)\)", read(name)))
    made_by_commands = {"dist/", "instance"}
    assert [path for path in (paths | linked) - made_by_commands if not (ROOT / path.replace("…", "")).exists()] == []


def test_every_promise_names_a_test_that_exists() -> None:
    promises = read("SECURITY.md").partition("which test shows it")[2].partition("\n## ")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 20
    for row in rows:
        found = A_TEST.findall(row)
        assert found, f"no test in: {row}"
        for file, test in found:
            source = read(file)
            assert re.search(rf"^def {test}\(" if test else r"^def test_", source, re.MULTILINE), f"{file}: no {test}"


def test_every_setting_and_address_that_security_speaks_of_exists() -> None:
    names = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)\b", read("SECURITY.md")))
    assert len(names) > 5
    assert names <= {name.upper() for name in Settings.model_fields}


def test_the_newest_release_is_the_version_of_the_package_and_of_the_docs_changelog() -> None:
    versions = re.findall(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert versions[1] == PROJECT["version"]
    public = re.findall(r"^## (\d+\.\d+\.\d+)", read("portal/docs/prose/changelog.md"), re.MULTILINE)
    assert public[0] in {versions[1], "Unreleased"}
    assert versions[1:] == public


def test_the_licence_is_said_alike_and_given_whole_to_those_who_install_either_package() -> None:
    licence = read("LICENSE")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert licence == read("react/LICENSE")
    assert json.loads(read("react/package.json"))["license"] == PROJECT["license"] == "Apache-2.0"
