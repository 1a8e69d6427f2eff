"""The README is true: its commands exist, and its table of settings is the settings' own words."""

import re
from pathlib import Path

from portal.config import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def settings_table() -> str:
    """The rows that the README must have, from the settings and their docstrings."""
    rows = ["| Setting | Default | Meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = (
            {True: "on", False: "off"}.get(field.default, field.default) if field.annotation is bool else field.default
        )
        meaning = " ".join((field.description or "").split())
        rows.append(f"| `{name.upper()}` | {f'`{default}`' if default != '' else ''} | {meaning} |")
    return "\n".join(rows)


def test_every_setting_is_in_the_table_in_its_own_words() -> None:
    assert settings_table() in README, f"the table should be:\n{settings_table()}"


def test_the_two_commands_are_targets_of_the_makefile_and_ci_runs_the_same() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for command in ("run", "test"):
        assert f"make {command}\n" in README
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_every_file_it_links_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
