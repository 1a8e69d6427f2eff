import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

Run = Callable[..., Result]
DEMO_TABLES = ("users", "clients", "redirect_uris", "client_secrets", "contexts", "skills", "tasks")


def run_command(app: Flask, *arguments: str) -> Result:
    """Run `flask --app app …` on this application."""
    return app.test_cli_runner().invoke(args=list(arguments))


def make_demo(app: Flask, *redirect_uris: str) -> dict[str, Any]:
    """What `demo --json` prints."""
    options = [part for uri in redirect_uris for part in ("--redirect-uri", uri)]
    result = run_command(app, "demo", "--json", *options)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@pytest.fixture
def demo(app: Flask) -> dict[str, Any]:
    """The demonstration's accounts and apps, just made."""
    return make_demo(app)
