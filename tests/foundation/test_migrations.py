import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect

from portal.foundation.migrations import check_models, migrate
from tests.fixtures.applications import build, close
from tests.fixtures.servers import ROOT, bare_environment


def test_the_models_need_no_revision_that_is_not_written(app: Flask) -> None:
    check_models(app)


def test_migrating_again_changes_nothing(app: Flask) -> None:
    def tables() -> set[str]:
        return set(inspect(app.extensions["database"].autocommit).get_table_names())

    before = tables()
    assert "alembic_version" in before
    migrate(app)
    assert tables() == before


def test_nodes_that_start_at_the_same_time_all_find_the_newest_schema(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    url = new_database()
    environment = bare_environment(database_url=url, instance_path=tmp_path)
    upgrade = [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"]
    nodes = [
        subprocess.Popen(
            upgrade, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(3)
    ]
    for node in nodes:
        said, _ = node.communicate(timeout=60)
        assert node.returncode == 0, said
    app = build(database_url=url)
    check_models(app)
    close(app)
