"""The npm package as it would be published, and an app that was built with it, served as a site of its own."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.fixtures.databases import missing

REACT = Path(__file__).parents[2] / "react"
QUIET = {"npm_config_offline": "true", "npm_config_update_notifier": "false", "NO_COLOR": "1"}


def run_in_package(*command: str, seconds: int = 60) -> str:
    """Run a command in react/; gives what it said."""
    done = subprocess.run(
        ["env", *(f"{name}={value}" for name, value in QUIET.items()), *command],
        cwd=REACT, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that `npm publish` would send; making it builds react/dist."""
    if not shutil.which("node") or not shutil.which("npm"):
        missing("Node is missing; install Node 20 or newer, with npm")
    if not (REACT / "node_modules").exists():
        missing("the Node packages are missing; cd react && npm ci")
    folder = tmp_path_factory.mktemp("npm")
    run_in_package("npm", "pack", "--pack-destination", str(folder))
    [packed] = folder.glob("*.tgz")
    return packed


class AppHandler(SimpleHTTPRequestHandler):
    """Serves one page at every address, under a policy that allows neither inline scripts nor inline styles."""

    def do_GET(self) -> None:
        if not self.path.startswith("/assets/"):
            self.path = "/index.html"
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Keep the test's output quiet."""


@pytest.fixture(scope="session", params=["18", "19"])
def react(request: pytest.FixtureRequest) -> str:
    """A major version of React."""
    version: str = request.param
    return version


@pytest.fixture(scope="session")
def app(react: str, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where react/tests/apps, built by Vite with this version of React, is served."""
    assert package.exists()
    folder = tmp_path_factory.mktemp(f"react-{react}")
    run_in_package("node", "tests/apps/build.mjs", react, str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(AppHandler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
