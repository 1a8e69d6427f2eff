"""The deployment guide names every command that operators have."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

GUIDE = Path(__file__).parents[2] / "portal" / "docs" / "prose" / "deployment.md"
OF_FLASK = {"run", "shell", "routes"}
"""Flask's own, which its program adds."""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_command_is_in_the_guide(app: Flask) -> None:
    words = " | ".join(re.findall("`([^`\n]+)`", GUIDE.read_text("utf-8")))
    commands = [
        f"{name} {inner}".strip()
        for name, command in app.cli.commands.items()
        for inner in (command.commands if isinstance(command, click.Group) else [""])
        if name not in OF_FLASK
    ]
    assert len(commands) > 20
    assert [name for name in commands if not re.search(rf"(^|\| |connect ){re.escape(name)}( |$)", words)] == []
