"""Copies of the database: what is refused, and that a copy made under load brings everything back that was then."""

import json
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import create_engine, text

from portal.config import Settings
from portal.foundation.migrations import migrate
from tests.accounts.stored import counts
from tests.factories import Person, make_person
from tests.fixtures import postgresql
from tests.fixtures.applications import build, close
from tests.fixtures.beside import beside
from tests.fixtures.forms import hidden
from tests.fixtures.servers import LiveServer, StartServer
from tests.operations.conftest import run_command
from tests.races.books import assert_balanced, read_rows, row_id
from tests.races.nodes import Line

FAMILIES = 12


@pytest.fixture
def programs(database: str) -> list[str]:
    """The option that names PostgreSQL's programs, where they are needed."""
    return [] if database == "sqlite" else ["--programs", str(postgresql.installed() / "bin")]


@pytest.fixture
def app(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, with one person in it."""
    app = build(database_url=new_database(), instance_path=tmp_path)
    migrate(app)
    make_person(app)
    yield app
    close(app)


def test_a_copy_overwrites_nothing_and_its_owner_alone_can_read_it(
    app: Flask, tmp_path: Path, programs: list[str]
) -> None:
    file = tmp_path / "copies" / "portal.backup"
    result = run_command(app, "db", "backup", str(file), *programs)
    assert (result.exit_code, "cannot be written: No such file or directory" in result.output) == (1, True)
    file.parent.mkdir()
    result = run_command(app, "db", "backup", str(file), *programs)
    assert (result.exit_code, f"{file}: 0." in result.output) == (0, True), result.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    result = run_command(app, "db", "backup", str(file), *programs)
    assert (result.exit_code, "exists already" in result.output) == (1, True)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_is_damaged_or_another_programs_changes_nothing(
    app: Flask, tmp_path: Path, programs: list[str]
) -> None:
    good, damaged, alien = tmp_path / "good", tmp_path / "damaged", tmp_path / "alien"
    assert run_command(app, "db", "backup", str(good), *programs).exit_code == 0
    content = bytearray(good.read_bytes())
    content[len(content) // 2 :: 97] = bytes(len(content[len(content) // 2 :: 97]))
    damaged.write_bytes(content)
    alien.write_text("CREATE TABLE users ();")
    before, is_sqlite = counts(app), not programs
    for file, options, words in (
        (damaged, ["--replace", "--yes"], f"{damaged} is damaged" if is_sqlite else "pg_restore failed"),
        (alien, ["--replace", "--yes"], f"{alien} is damaged, or no copy" if is_sqlite else "pg_restore failed"),
        (good, [], "give --replace"),
        (good, ["--replace"], "All that the database holds now goes"),
    ):
        result = run_command(app, "db", "restore", str(file), *options, *programs)
        assert result.exit_code in {1, 2}, (file, result.output)
        assert words in result.output, result.output
        assert "Traceback" not in result.output
        assert counts(app) == before, file


def test_a_copy_takes_the_place_of_everything(app: Flask, tmp_path: Path, programs: list[str]) -> None:
    file, before = tmp_path / "copy", counts(app)
    run_command(app, "db", "backup", str(file), *programs)
    make_person(app)
    with app.extensions["database"].writing.begin() as connection:
        connection.execute(text("CREATE TABLE of_a_newer_release (id INTEGER)"))
    result = run_command(app, "db", "restore", str(file), "--replace", "--yes", *programs)
    assert "is restored in" in result.output
    assert counts(app) == before
    with app.extensions["database"].autocommit.connect() as connection:
        assert not connection.dialect.has_table(connection, "of_a_newer_release")


def test_a_copy_of_another_programs_database_takes_the_place_of_nothing(
    app: Flask, new_database: Callable[[], str], tmp_path: Path, programs: list[str]
) -> None:
    file, other = tmp_path / "copy", build(database_url=new_database(), instance_path=tmp_path / "other")
    with other.extensions["database"].writing.begin() as connection:
        for table in ("alembic_version", "parcels"):
            connection.execute(text(f"CREATE TABLE {table} (version_num varchar(32))"))
    assert run_command(other, "db", "backup", str(file), *programs).exit_code == 0
    close(other)
    before = counts(app)
    result = run_command(app, "db", "restore", str(file), "--replace", "--yes", *programs)
    assert (result.exit_code, "another program" in result.output) == (1, True), result.output
    assert counts(app) == before


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_programs_it_says_what_to_install(app: Flask, tmp_path: Path) -> None:
    result = run_command(app, "db", "backup", str(tmp_path / "copy"), "--programs", str(tmp_path))
    assert result.exit_code == 1
    assert "pg_dump is missing" in result.output
    assert "apt install postgresql-client" in result.output
    assert not list(tmp_path.glob("copy*"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    app: Flask, tmp_path: Path, programs: list[str]
) -> None:
    file = tmp_path / "copy"
    run_command(app, "db", "backup", str(file), *programs)
    make_person(app)
    with app.extensions["database"].writing.begin() as connection:
        connection.execute(text("CREATE TYPE in_the_way AS (id integer)"))
        connection.execute(text("ALTER TABLE user_sessions RENAME TO elsewhere"))
        connection.execute(text("ALTER TYPE in_the_way RENAME TO user_sessions"))
    result = run_command(app, "db", "restore", str(file), "--replace", "--yes", *programs)
    assert (result.exit_code, "pg_restore failed" in result.output) == (1, True), result.output
    with app.extensions["database"].autocommit.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 2
        assert connection.scalar(text("SELECT count(*) FROM pg_namespace WHERE nspname = 'before_restore'")) == 0


class Load:
    """A client that refreshes its families one after the other, until it is told to stop."""

    def __init__(self, server: LiveServer, seeded: dict[str, str], families: list[str]) -> None:
        self.chains = {row_id(token): [token] for token in families}
        self.access: dict[int, list[str]] = {key: [] for key in self.chains}
        self.rounds = 0
        self._line = Line(server.url, seeded["client_id"], seeded["client_secret"])
        self._endpoint = seeded["token_endpoint"]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, chain in self.chains.items():
                answer = self._line.post(self._endpoint, grant_type="refresh_token", refresh_token=chain[-1])
                access, refresh = answer.pair
                self.access[key].append(access)
                chain.append(refresh)
            self.rounds += 1

    def go_on(self) -> None:
        """Wait until every family was refreshed once more."""
        rounds, ends = self.rounds, time.monotonic() + 30
        while self.rounds < rounds + 2:
            assert self._thread.is_alive()
            assert time.monotonic() < ends
            time.sleep(0.01)

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(30)
        self._line.close()


def log_in(server: LiveServer, person: Person) -> requests.Session:
    """A browser in which somebody is signed in."""
    session, form = requests.Session(), {"email": person.email, "password": person.password}
    form["csrf_token"] = hidden(session.get(f"{server.url}/login", timeout=10).text, "csrf_token")
    assert session.post(f"{server.url}/login", data=form, timeout=10).status_code == 200
    return session


def test_a_copy_made_under_load_brings_sessions_tokens_and_contexts_back(
    start_server: StartServer, new_database: Callable[[], str], tmp_path: Path, programs: list[str]
) -> None:
    file, first, url = tmp_path / "copy", start_server(), new_database()
    with beside(first) as app:
        browser = log_in(first, make_person(app))
        seeded = json.loads(run_command(app, "bench-seed", "--refresh", str(FAMILIES)).stdout)
    quiet, *busy = seeded["refresh_tokens"]
    line = Line(first.url, seeded["client_id"], seeded["client_secret"])
    access, refresh = line.post(seeded["token_endpoint"], grant_type="refresh_token", refresh_token=quiet).pair
    context = requests.post(
        f"{first.url}/api/v1/contexts",
        json={"name": "Kept", "content": "# Kept"},
        headers={"Authorization": f"Bearer {access}"},
        timeout=10,
    ).json()["data"]
    load = Load(first, seeded, busy)
    try:
        with beside(first) as app:
            load.go_on()
            assert run_command(app, "db", "backup", str(file), *programs).exit_code == 0
            load.go_on()
    finally:
        load.stop()
    line.close()

    app = build(database_url=url, instance_path=tmp_path)
    assert run_command(app, "db", "restore", str(file), *programs).exit_code == 0
    close(app)
    second = start_server(database_url=url)
    assert browser.get(f"{second.url}/settings/profile", timeout=10, allow_redirects=False).status_code == 200
    line = Line(second.url, seeded["client_id"], seeded["client_secret"])
    assert line.fetch(f"/api/v1/contexts/{context['id']}", access).body["data"]["content"] == "# Kept"
    newer = line.post(seeded["token_endpoint"], grant_type="refresh_token", refresh_token=refresh).pair[1]
    assert line.post(seeded["token_endpoint"], grant_type="refresh_token", refresh_token=newer).status == 200
    engine = create_engine(Settings(database_url=url).database_url)
    with engine.connect() as connection:
        rows = read_rows(connection, busy)
    engine.dispose()
    assert len(rows) == FAMILIES - 1
    for key, row in rows.items():
        assert_balanced(row, access_tokens=load.access[key], refresh_tokens=load.chains[key], accepted=line.accepts)
        assert row.revoked_at is None
    line.close()
