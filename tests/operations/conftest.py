import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.fixtures.applications import build, close

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


@pytest.fixture
def empty_url(new_database: Callable[[], str]) -> str:
    """A database without a table."""
    return new_database()


@pytest.fixture
def empty_app(empty_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without a table."""
    app = build(database_url=empty_url.replace("postgresql://", "postgresql+psycopg://"), instance_path=tmp_path)
    yield app
    close(app)
