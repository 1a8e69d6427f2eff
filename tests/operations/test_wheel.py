"""The wheel, installed where nothing else of ours is: it serves pages with their files, documentation and tokens."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import requests

from tests.fixtures.loopback import free_port
from tests.fixtures.servers import ROOT, Demo, DemoClient, LiveServer, bare_environment, stop, wait_until_it_answers
from tests.races.visitor import Visitor

pytestmark = pytest.mark.heavy

NAME_AND_VERSION = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def run(*command: str | Path, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=environment or os.environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


def link_locked_packages(packages: Path) -> None:
    """Put what requirements.lock names into a folder of packages, and nothing that only the tests have."""
    for name, version in NAME_AND_VERSION.findall((ROOT / "requirements.lock").read_text()):
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for another system or Python
            continue
        if found.version == version:
            for top in {file.parts[0] for file in found.files or [] if file.parts[0] not in {"..", "__pycache__"}}:
                if top.endswith(".dist-info"):  # uv reads none that is a link
                    shutil.copytree(str(found.locate_file(top)), packages / top)
                elif not (packages / top).exists():
                    (packages / top).symlink_to(str(found.locate_file(top)))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that has the wheel and the locked packages."""
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    (packages,) = environment.glob("lib/python*/site-packages")
    link_locked_packages(packages)
    uv = (sys.executable, "-m", "uv", "pip")
    run(*uv, "install", "-q", "--offline", "--no-deps", "--python", python, wheel)
    run(*uv, "check", "-q", "--python", python)
    return environment / "bin"


@pytest.fixture(scope="module")
def server(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """`contextfile-connect serve` in an empty folder, with no setting but its port."""
    folder, port = tmp_path_factory.mktemp("empty"), free_port()
    environment = {**bare_environment(port=port), "PATH": f"{programs}:/usr/bin:/bin"}
    server = LiveServer(f"http://127.0.0.1:{port}", environment, folder / "log")
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            [programs / "contextfile-connect", "serve"],
            cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until_it_answers(server.url, process, server.log)
        yield server
    finally:
        stop(process)


def test_it_carries_the_licences_and_nothing_of_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("METADATA"))
    assert {name.partition("/")[0] for name in names} == {"portal", names[-1].partition("/")[0]}
    licences = {Path(name).name for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "inter-LICENSE.txt", "lucide-LICENSE.txt"}
    assert "License-Expression: Apache-2.0\n" in metadata
    assert not [name for name in names if name.endswith((".pyc", ".sqlite3")) or "node_modules" in name]


def test_every_file_that_a_page_asks_for_is_there(server: LiveServer) -> None:
    for path in ("/", "/docs/connect", "/docs/connect-button", "/login"):
        page = requests.get(server.url + path, timeout=10)
        assert page.status_code == 200, path
        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        assert any(".css" in file for file in files)
        for file in files:
            assert requests.get(server.url + file, timeout=10).content, file


def test_documentation_has_its_samples_and_its_description_for_machines(server: LiveServer) -> None:
    guide = requests.get(f"{server.url}/docs/connect.md", timeout=10).text
    assert guide.count("```") > 10
    assert "```python" in guide
    assert "def " in requests.get(f"{server.url}/docs/quickstarts/flask.md", timeout=10).text
    description = requests.get(f"{server.url}/openapi.json", timeout=10).json()
    assert "/api/oauth/token" in description["paths"]


def test_the_demo_s_app_gets_a_token_and_reads_with_it(server: LiveServer, programs: Path) -> None:
    made = json.loads(
        run(
            programs / "contextfile-connect", "demo", "--json",
            cwd=server.log.parent, environment=server.environment,
        )
    )  # fmt: skip
    client = DemoClient(**made["clients"]["confidential"])
    visitor = Visitor(server, Demo(**made["user"], confidential=client, public=client))
    fields = {"grant_type": "authorization_code", "code": visitor.allow(client), "redirect_uri": client.redirect_uri}
    credentials = (client.client_id, str(client.client_secret))
    tokens = requests.post(f"{server.url}/api/oauth/token", data=fields, auth=credentials, timeout=10).json()
    visitor.close()
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    profile = requests.get(f"{server.url}/api/v1/profile", headers=header, timeout=10).json()
    assert profile["data"]["email"] == made["user"]["email"]


def test_what_it_keeps_is_in_the_folder_that_it_was_started_in(server: LiveServer, programs: Path) -> None:
    kept = {path.name for path in (server.log.parent / "instance").iterdir()}
    assert {"contextfile.sqlite3", "secret_key"} <= kept
    for ways in (("contextfile-connect",), ("python", "-m", "portal"), ("python", "-m", "flask", "--app", "portal")):
        said = run(programs / ways[0], *ways[1:], "--help", cwd=server.log.parent, environment=server.environment)
        assert [command for command in ("serve", "worker", "db") if f"  {command} " not in said] == [], ways
