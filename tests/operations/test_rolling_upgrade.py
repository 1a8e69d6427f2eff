"""Upgrading without stopping: the release before each revision runs on it, and each release on what is ahead of it."""

import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import MetaData, Table, text

from portal.foundation.migrations import migrate, read_schema
from tests.fixtures.rows import example
from tests.fixtures.servers import ROOT, SECRET_KEY, bare_environment
from tests.operations.conftest import run_command

VERSIONS = ROOT / "portal" / "migrations" / "versions"
REVISIONS = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
PROGRAM = Path(__file__).with_name("earlier_release.py")


def tables_of(app: Flask) -> list[Table]:
    """The tables as the release knows them whose schema this is, those first that others refer to."""
    found = MetaData()
    found.reflect(app.extensions["database"].autocommit)
    return [table for table in found.sorted_tables if not table.name.startswith(("alembic_", "queue_"))]


def insert(app: Flask, tables: list[Table], number: int) -> None:
    with app.extensions["database"].writing.begin() as connection:
        for table in tables:
            connection.execute(table.insert().values(example(table, number)))


def stored(app: Flask, tables: list[Table]) -> dict[str, list[dict[str, object]]]:
    with app.extensions["database"].autocommit.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(table.select().order_by(*table.primary_key))]
            for table in tables
        }


def test_each_revision_leaves_the_release_before_it_all_that_it_reads_and_writes(empty_app: Flask) -> None:
    """With no column that a revision has added, and with every one that there was: insert, read, change, delete."""
    migrate(empty_app, REVISIONS[0])
    for revision in REVISIONS[1:]:
        tables = tables_of(empty_app)
        insert(empty_app, tables, 1)
        before = stored(empty_app, tables)
        migrate(empty_app, revision)
        assert stored(empty_app, tables) == before, f"{revision} changes what is there"
        insert(empty_app, tables, 2)
        assert [len(rows) for rows in stored(empty_app, tables).values()] == [2] * len(tables)
        with empty_app.extensions["database"].writing.begin() as connection:
            for table in tables:
                fixed = {column.name for column in table.columns if column.primary_key or column.foreign_keys}
                changes = {name: value for name, value in example(table, 3).items() if name not in fixed}
                if changes:
                    second = [column == example(table, 2)[column.name] for column in table.primary_key]
                    assert connection.execute(table.update().where(*second).values(changes)).rowcount == 1
            for table in reversed(tables):
                assert connection.execute(table.delete()).rowcount == 2, f"{revision}: {table.name}"


def archive(revision: str, folder: Path) -> None:
    """Put the project as it was before a revision into a folder."""

    def git(*arguments: str) -> bytes:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout

    (path,) = VERSIONS.glob(f"{revision}_*.py")
    try:
        added = git("log", "--diff-filter=A", "--format=%H", "--", str(path)).split()
        before = f"{added[-1].decode()}^" if added else "HEAD"
        packed = git("archive", before)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"the project's history is not at hand: {error}")
    with tarfile.open(fileobj=BytesIO(packed)) as files:
        files.extractall(folder, filter="data")


@pytest.mark.parametrize(
    "revision", [*(pytest.param(revision, marks=pytest.mark.heavy) for revision in REVISIONS[1:-1]), REVISIONS[-1]]
)
def test_a_node_of_the_release_before_goes_on_while_another_migrates(
    empty_app: Flask, revision: str, tmp_path: Path
) -> None:
    """Sessions, tokens and open database connections of before go on."""
    folder = tmp_path / "before"
    archive(revision, folder)
    settings = empty_app.config["SETTINGS"]
    environment = bare_environment(
        database_url=settings.database_url,
        instance_path=tmp_path / "node",
        secret_key=SECRET_KEY,
        rate_limits="off",
        pythonpath=folder,
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen([sys.executable, PROGRAM], cwd=folder, env=environment, text=True, **pipes) as node:  # type: ignore[call-overload]
        assert node.stdout
        said = node.stdout.readline()
        if said == "ready\n":
            assert (read_schema(empty_app).found or "") < revision
            migrate(empty_app, revision)
            said, _ = node.communicate("migrated\n", timeout=60)
        else:
            said += node.communicate(timeout=60)[0]
    assert said.endswith("well\n"), said


def test_a_release_starts_on_the_schema_of_a_newer_one(empty_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    migrate(empty_app)
    with empty_app.extensions["database"].writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert run_command(empty_app, "db", "upgrade").exit_code == 0
    assert "at revision 9999, of a newer release" in caplog.text
    schema = read_schema(empty_app)
    assert (schema.found, schema.is_ahead, schema.is_behind) == ("9999", True, False)


def test_a_database_of_something_else_is_left_alone(empty_app: Flask) -> None:
    with empty_app.extensions["database"].writing.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('3f8a9c')"))
    result = run_command(empty_app, "db", "upgrade")
    assert result.exit_code != 0
    assert "3f8a9c" in str(result.exception)
