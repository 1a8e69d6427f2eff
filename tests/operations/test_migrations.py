import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import MetaData, inspect, text

from portal.content.contexts import list_contexts
from portal.content.listing import Wanted
from portal.content.skills import contexts_of, list_skills
from portal.foundation.database import Base
from portal.foundation.migrations import check_models, migrate
from tests.accounts.stored import dump
from tests.factories import make_client, make_person
from tests.fixtures.servers import ROOT, SECRET_KEY, bare_environment
from tests.operations.conftest import run_command


def schema(app: Flask) -> dict[str, list[str]]:
    """Every table with its columns, indexes and constraints, in words that can be compared."""
    described: dict[str, list[str]] = {}
    inspector = inspect(app.extensions["database"].autocommit)
    # The queue's tables, which PostgreSQL has, are its library's; no model of ours makes them.
    for table in sorted(name for name in inspector.get_table_names() if not name.startswith("queue_")):
        columns = inspector.get_columns(table)  # sorted: a later revision can only add one at the end
        parts = sorted(f"{column['name']} {column['type']} {column['nullable']}" for column in columns)
        for found in (
            inspector.get_indexes(table),
            inspector.get_unique_constraints(table),
            inspector.get_foreign_keys(table),
            [inspector.get_pk_constraint(table)],
        ):
            parts += sorted(re.sub(r"<sqlalchemy\S+ object at \S+>", "a condition", str(one)) for one in found)
        described[table] = parts
    return described


def revision(app: Flask) -> str:
    with app.extensions["database"].autocommit.connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def test_a_schema_that_is_behind_is_noticed(empty_app: Flask) -> None:
    result = run_command(empty_app, "db", "check")
    assert result.exit_code != 0
    assert schema(empty_app).keys() <= {"alembic_version"}


def test_a_model_that_no_revision_makes_is_noticed(empty_app: Flask) -> None:
    assert run_command(empty_app, "db", "upgrade").exit_code == 0
    with empty_app.extensions["database"].writing.begin() as connection:
        connection.execute(text("ALTER TABLE users RENAME COLUMN name TO title"))
    result = run_command(empty_app, "db", "check")
    assert result.exit_code != 0
    assert "name" in str(result.exception)


def test_the_models_and_the_migrations_agree(empty_app: Flask) -> None:
    migrate(empty_app)
    check_models(empty_app)
    assert run_command(empty_app, "db", "check").exit_code == 0
    assert schema(empty_app).keys() == Base.metadata.tables.keys() | {"alembic_version"}


def test_the_schema_is_what_the_models_would_make(empty_app: Flask) -> None:
    migrate(empty_app)
    migrated = schema(empty_app)
    del migrated["alembic_version"]
    with empty_app.extensions["database"].writing.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)
        Base.metadata.create_all(connection)
    assert schema(empty_app) == migrated


def test_upgrading_twice_changes_nothing(empty_app: Flask) -> None:
    first = run_command(empty_app, "db", "upgrade")
    assert first.exit_code == 0
    assert first.stdout == "The schema is up to date.\n"
    make_client(empty_app, make_person(empty_app))
    before = schema(empty_app), revision(empty_app), dump(empty_app)
    second = run_command(empty_app, "db", "upgrade")
    assert (second.exit_code, second.stdout) == (0, first.stdout)
    assert (schema(empty_app), revision(empty_app), dump(empty_app)) == before


def test_processes_that_upgrade_at_once_all_succeed(empty_url: str, empty_app: Flask, tmp_path: Path) -> None:
    environment = bare_environment(database_url=empty_url, secret_key=SECRET_KEY, instance_path=tmp_path)
    command = [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in processes:
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert output == "The schema is up to date.\n"
    check_models(empty_app)


def test_a_migration_that_fails_leaves_the_schema_as_it_was(empty_app: Flask) -> None:
    with empty_app.extensions["database"].writing.begin() as connection:
        connection.execute(text("CREATE TABLE clients (id INTEGER PRIMARY KEY)"))  # in the way
    before = schema(empty_app)
    assert run_command(empty_app, "db", "upgrade").exit_code != 0
    assert schema(empty_app) == before


def test_the_commands_say_what_they_are_for(empty_app: Flask) -> None:
    listed = run_command(empty_app, "db", "--help").stdout
    for command in ("upgrade", "check", "revision"):
        assert command in listed


def test_what_an_earlier_release_has_stored_is_kept(empty_app: Flask) -> None:
    """On SQLite a table that is made anew would take along all rows that refer to it."""
    migrate(empty_app, "0001")
    now, texts = {"created_at": 1}, ("name", "description", "homepage_uri", "policy_uri", "tos_uri", "scope")
    client = now | dict.fromkeys((*texts, "auth_method", "default_scope"), "")
    rows: dict[str, list[dict[str, Any]]] = {
        "clients": [
            client | {"id": 1, "client_id": "cf_app_1", "origin": "portal", "type": "confidential"},
            client | {"id": 2, "client_id": "cf_app_2", "origin": "portal", "type": "public"},
        ],
        "redirect_uris": [now | {"id": 3, "client_id": 1, "position": 0, "uri": "https://client.example"}],
        "client_secrets": [now | {"id": 4, "client_id": 1, "digest": b"digest", "last_four": "last"}],
    }
    with empty_app.extensions["database"].writing.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for name, values in rows.items():
            connection.execute(tables.tables[name].insert(), values)
    migrate(empty_app)
    with empty_app.extensions["database"].autocommit.connect() as connection:
        for name, values in rows.items():
            found = [dict(row._mapping) for row in connection.execute(tables.tables[name].select().order_by("id"))]
            assert [{column: row[column] for column in values[0]} for row in found] == values
        kinds = connection.execute(text("SELECT kind FROM clients ORDER BY id")).scalars().all()
    assert kinds == ["web", "native"]


def test_what_people_kept_before_can_be_searched_and_their_skills_keep_their_contexts(empty_app: Flask) -> None:
    migrate(empty_app, "0003")
    engine = empty_app.extensions["database"].writing
    dates = {"created_at": 1, "updated_at": 1}
    with engine.begin() as connection:
        old = MetaData()
        old.reflect(connection, only=["users", "contexts", "skills"])
        user = {"id": 1, "name": "Ada", "email": "ada@people.example", "password_hash": "x", "created_at": 1}
        columns = {column.name for column in old.tables["users"].columns if not column.nullable}
        connection.execute(old.tables["users"].insert().values({**dict.fromkeys(columns, 0), **user}))
        owned = {"user_id": 1, "description": "", **dates}
        context = {**owned, "id": 7, "name": "Voice", "content": "GRÖẞE", "context_type": "brand"}
        connection.execute(old.tables["contexts"].insert().values(context))
        configuration = {"contexts": ["Voice", "Gone"], "max_words": 9}
        skill = {**owned, "id": 8, "name": "Say", "template": "Hi", "variables": [], "active": True}
        connection.execute(old.tables["skills"].insert().values({**skill, "configuration": configuration}))
    migrate(empty_app)
    with empty_app.app_context():
        (found,) = list_contexts(1, Wanted(query="grösse")).items
        assert (found.id, found.size, found.version) == (7, 8, 1)
        (kept,) = list_skills(1, Wanted()).items
        assert kept.configuration == {"contexts": ["7"], "max_words": 9}
        assert [one.name for one in contexts_of(1, kept.configuration)] == ["Voice"]
