"""The files that installations begin with name settings, commands, files and services that exist, and no password."""

import configparser
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner
from flask import Flask

from portal.__main__ import main
from portal.config import Settings
from tests.fixtures.servers import ROOT, LiveServer

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FOLDER = ROOT / "portal" / "operations" / "deployment"
PROGRAM = "/opt/contextfile-connect/bin/contextfile-connect"
SETTINGS = {name.upper() for name in Settings.model_fields}
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "contextfile-connect"}
CONTAINERFILE = (FOLDER / "Containerfile").read_text().replace("\\\n", " ")
NOT_OURS = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PATH"}
"""Names in these files that other programs read."""
SAMPLES = sorted((ROOT / "portal" / "docs" / "samples" / "shell").glob("deploy_*.sh"))
UNITS = sorted(FOLDER.glob("*.service"))
EXAMPLE = dict(re.findall(r"^([A-Z_]+)=(.*)$", (FOLDER / "environment.example").read_text(), re.MULTILINE))


def read_unit(path: Path) -> dict[str, list[str]]:
    """The lines of a unit's [Service] section: each name with its values, in order."""
    section = path.read_text().partition("[Service]\n")[2].partition("\n[")[0]
    read: dict[str, list[str]] = {}
    for line in section.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            read.setdefault(name, []).append(value)
    return read


def assert_is_a_command(app: Flask, words: list[str]) -> None:
    command: click.Command = app.cli
    for word in words:
        if not isinstance(command, click.Group):
            return
        assert word in command.commands, f"there is no command {' '.join(words)}"
        command = command.commands[word]


@on_one_database
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_commands_that_exist_with_settings_that_exist(app: Flask, unit: Path) -> None:
    read = read_unit(unit)
    commands = re.findall(rf"{PROGRAM} ((?:[a-z-]+ ?)+)", " ".join(read["ExecStart"] + read.get("ExecStartPre", [])))
    assert commands
    for words in commands:
        assert_is_a_command(app, words.split())
    names = {assignment.partition("=")[0] for line in read["Environment"] for assignment in line.split()}
    assert names <= SETTINGS | NOT_OURS
    assert read["User"] == ["contextfile"]


def test_every_unit_is_confined_alike() -> None:
    about = re.compile("Protect|Private|Restrict|System|Cap|NoNew|Memory|Lock")
    confined = [{name: value for name, value in read_unit(unit).items() if about.match(name)} for unit in UNITS]
    assert len(confined) == 4
    assert all(one == confined[0] for one in confined)
    assert len(confined[0]) > 15


def test_every_timer_has_its_service() -> None:
    timers = sorted(FOLDER.glob("*.timer"))
    assert len(timers) == 2
    for timer in timers:
        assert timer.with_suffix(".service") in UNITS
        read = configparser.ConfigParser()
        read.read(timer)
        assert read["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is missing; apt install systemd")
def test_systemd_takes_the_units_and_finds_little_exposed(tmp_path: Path) -> None:
    for unit in [*UNITS, *FOLDER.glob("*.timer")]:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, sys.executable))
    units = sorted(tmp_path.iterdir())
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "portal" in line] == []
    for unit in UNITS:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_example_of_settings_names_settings_and_no_secret() -> None:
    assert EXAMPLE.keys() <= SETTINGS | NOT_OURS
    secret = [name for name in EXAMPLE if re.search("KEY|TOKEN|PASSWORD|URL", name)]
    assert len(secret) > 5
    assert {name: EXAMPLE[name] for name in secret if EXAMPLE[name]} == {}
    filled = {name.lower(): value for name, value in EXAMPLE.items() if value and name in SETTINGS}
    settings = Settings.model_validate({**filled, "public_url": "https://id.example", "secret_key": "k" * 40})
    assert settings.production
    assert settings.trusted_proxies == 1


def test_compose_sets_settings_that_exist_and_every_secret_from_outside() -> None:
    for name, service in SERVICES.items():
        environment = service.get("environment", {})
        if name in OURS:
            assert environment.keys() <= SETTINGS, name
            assert service["env_file"] == ["environment"]
        for variable, value in environment.items():
            if re.search("PASSWORD|KEY|AUTH|DATABASE_URL|REDIS_URL|PUBLIC_URL", variable):
                assert re.search(r"\$\{[A-Z_]+:\?", value), f"{name}: {variable} has a value of its own"
    asked_for = set(re.findall(r"\$\{([A-Z_]+)", (FOLDER / "compose.yaml").read_text()))
    assert asked_for <= EXAMPLE.keys()


@on_one_database
def test_compose_runs_commands_that_exist_once_what_they_need_is_well(app: Flask) -> None:
    assert len(OURS) == 4
    for name, service in OURS.items():
        assert_is_a_command(app, service.get("command", ["serve"]))
        assert service["read_only"] is True
        waits = {other: need["condition"] for other, need in service["depends_on"].items()}
        assert waits["database"] == "service_healthy"
        assert name == "migration" or waits["migration"] == "service_completed_successfully"
    for name, service in SERVICES.items():
        for other, need in service.get("depends_on", {}).items():
            if need["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other] or other in {"portal-1", "portal-2"}, f"{name} → {other}"
    assert "HEALTHCHECK" in CONTAINERFILE


def test_compose_pins_every_image_and_mounts_what_is_there() -> None:
    for name, service in SERVICES.items():
        if name not in OURS:
            assert re.search(r":v?\d[\w.-]*$", service["image"]), service["image"]
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            to_be_made = {"./tls", *COMPOSE["volumes"]}
            assert source in to_be_made or (FOLDER / source).is_file(), volume
    build = COMPOSE["x-portal"]["build"]
    assert (FOLDER / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]) == FOLDER / "Containerfile"


@pytest.mark.parametrize("name", ["nginx.conf", "haproxy.cfg"])
def test_the_proxies_know_the_nodes_by_the_names_that_compose_gives_them(name: str) -> None:
    nodes = set(re.findall(r"\b(portal-\d+:\d+)", (FOLDER / name).read_text()))
    assert nodes == {f"{service}:5000" for service in OURS if service.startswith("portal-")}
    assert "PORT=5000" in CONTAINERFILE


def stages() -> Iterator[list[tuple[str, str]]]:
    """The instructions of each stage of the Containerfile."""
    for stage in re.split(r"^FROM ", CONTAINERFILE, flags=re.MULTILINE)[1:]:
        yield re.findall(r"^([A-Z]+) +(.*)$", stage, re.MULTILINE)


def test_the_wheel_can_be_built_from_what_the_image_copies(tmp_path: Path) -> None:
    build, _ = stages()
    kept = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    sources = {source for name, value in build if name == "COPY" for source in value.split()[:-1]}
    assert sources == kept
    for source in sources:
        (tmp_path / source).symlink_to(ROOT / source)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "dist").glob("*.whl"))) == 1


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    _, final = stages()
    values = {name: value for name, value in final if name not in {"COPY", "RUN"}}
    assert values["USER"] == "10001:10001"
    assert values["ENTRYPOINT"] == '["contextfile-connect"]'
    names = {part.partition("=")[0] for part in values["ENV"].split()}
    assert names <= SETTINGS | NOT_OURS
    assert not re.search(r"KEY|TOKEN|PASSWORD", " ".join(names | set(re.findall(r"^ARG (\S+)", CONTAINERFILE, re.M))))


@on_one_database
def test_the_image_s_health_check_tells_a_server_that_answers_from_none(live_server: LiveServer) -> None:
    found = re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", CONTAINERFILE, re.MULTILINE)
    assert found
    _, *arguments = yaml.safe_load(found[1])
    for port, status in ((live_server.environment["PORT"], 0), ("1", 1)):
        done = subprocess.run([sys.executable, *arguments], env={"PORT": port}, capture_output=True, check=False)
        assert done.returncode == status, done.stderr


def test_the_files_are_written_where_one_says_and_never_over_others(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert CliRunner().invoke(main, ["deployment", str(folder)]).exit_code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in FOLDER.iterdir()
    }
    (folder / "compose.yaml").write_text("mine")
    again = CliRunner().invoke(main, ["deployment", str(folder)])
    assert again.stderr.count("was left as it is") == len(list(FOLDER.iterdir()))
    assert (folder / "compose.yaml").read_text() == "mine"


@on_one_database
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_what_the_guide_has_its_readers_type_names_commands_files_and_services_that_exist(
    app: Flask, sample: Path
) -> None:
    code = sample.read_text()
    subprocess.run(["bash", "-n", sample], check=True)
    for words in re.findall(r"contextfile-connect ([a-z][a-z-]*(?: [a-z][a-z-]*)*)", code):
        if words not in main.commands:
            assert_is_a_command(app, words.split())
    files = set(re.findall(r"[\w.-]+\.(?:lock|example|yaml|conf|cfg)\b", code))
    assert {file for file in files if not ((ROOT / file).exists() or (FOLDER / file).exists())} == set()
    assert set(re.findall(r"\b(portal-\d+|migration|worker)\b", code.replace("portal-worker", ""))) <= SERVICES.keys()
    units = {f"{unit.removesuffix('.service')}" for unit in re.findall(r"\bportal-(?:worker|purge|backup)\b", code)}
    assert {unit for unit in units if not (FOLDER / f"{unit}.service").exists()} == set()
