"""The README is true: its commands exist, and its table of settings is the settings' own words.

`/docs/settings` has all of them; tests/docs/test_completeness.py holds that.
"""

import re
from pathlib import Path

from portal.config import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def row_of(name: str) -> str:
    """The row that the README must have of a setting, from its docstring."""
    field = Settings.model_fields[name.lower()]
    default = (
        {True: "on", False: "off"}.get(field.default, field.default) if field.annotation is bool else field.default
    )
    meaning = " ".join((field.description or "").split())
    return f"| `{name}` | {f'`{default}`' if default != '' else ''} | {meaning} |"


def test_each_setting_in_the_table_is_there_in_its_own_words() -> None:
    table = README.partition("| Setting | Default | Meaning |\n| --- | --- | --- |\n")[2].partition("\n\n")[0]
    rows = table.splitlines()
    names = [row.split("`")[1] for row in rows]
    assert {"PUBLIC_URL", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "TRUSTED_PROXIES"} <= set(names)
    assert rows == [row_of(name) for name in names]


def test_the_two_commands_are_targets_of_the_makefile_and_ci_runs_the_same() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for command in ("run", "test"):
        assert f"make {command}\n" in README
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_every_file_it_links_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
