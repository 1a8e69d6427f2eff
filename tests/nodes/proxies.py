"""nginx and HAProxy with the files that people are given, changed in what those say is to be changed."""

import os
import re
import shutil
import signal
import time
from pathlib import Path

import requests

from tests.fixtures.databases import missing
from tests.fixtures.loopback import free_port
from tests.fixtures.servers import ROOT, launch
from tests.nodes.machines import Node

FOLDER = ROOT / "portal" / "operations" / "deployment"


class Proxy:
    """A proxy before two nodes; `url` is what clients use."""

    def __init__(self, program: str, file: str, folder: Path, certificate: Path, nodes: tuple[Node, Node]) -> None:
        found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
        if found is None:
            missing(f"{program} is missing; apt install {program}")
        self._program, self._folder, self.certificate = found, folder, certificate
        port, self.plain_port = free_port(), free_port()
        self.url = f"https://localhost:{port}"
        text = (FOLDER / file).read_text()
        changes = {"portal-1:5000": nodes[0].address, "portal-2:5000": nodes[1].address}
        for written, meant in (changes | self._changes(port)).items():
            assert written in text, f"{file} no longer says {written!r}"
            text = text.replace(written, meant)
        self.file = folder / file
        self.file.write_text(text)

    def _changes(self, port: int) -> dict[str, str]:
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = launch(self._command(), dict(os.environ), self._folder / "log")
        ends = time.monotonic() + 10
        while True:
            try:
                answer = requests.get(f"{self.url}/healthz", verify=str(self.certificate), timeout=5)
            except requests.ConnectionError:
                answer = None
            if answer is not None and answer.status_code == 200:
                return
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < ends, (self._folder / "log").read_text()
            time.sleep(0.05)

    def close(self) -> None:
        """End it, and every request that it still has."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(10)


class Nginx(Proxy):
    """nginx."""

    def _changes(self, port: int) -> dict[str, str]:
        kept = "".join(
            f"    {kind}_temp_path {self._folder};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return {
            "worker_processes auto;": f"worker_processes 1;\npid {self._folder / 'pid'};\ndaemon off;",
            "http {\n": f"http {{\n{kept}",
            "listen 80 ": f"listen 127.0.0.1:{self.plain_port} ",
            "listen 443 ": f"listen 127.0.0.1:{port} ",
            "/etc/nginx/tls/fullchain.pem": str(self.certificate),
            "/etc/nginx/tls/privkey.pem": str(self.certificate),
        }

    def _command(self) -> list[str]:
        return [self._program, "-p", str(self._folder), "-c", str(self.file), "-e", "stderr"]

    def leave_out(self, node: Node) -> None:
        """As its file says: `down` behind the node's address, and a reload."""
        self._reload(rf"(server {re.escape(node.address)})", r"\1 down")

    def take_in(self, node: Node) -> None:
        """The contrary."""
        self._reload(rf"(server {re.escape(node.address)}) down", r"\1")

    def _reload(self, pattern: str, replacement: str) -> None:
        text, found = re.subn(pattern, replacement, self.file.read_text())
        assert found == 1
        before = self._workers()
        self.file.write_text(text)
        self._process.send_signal(signal.SIGHUP)
        ends = time.monotonic() + 10
        while before & self._workers():  # an old one still finishes
            assert time.monotonic() < ends, "nginx does not reload"
            time.sleep(0.02)

    def _workers(self) -> set[str]:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return set(children.read_text().split())


class HAProxy(Proxy):
    """HAProxy."""

    def _changes(self, port: int) -> dict[str, str]:
        return {
            "bind :80": f"bind 127.0.0.1:{self.plain_port}",
            "bind :443": f"bind 127.0.0.1:{port}",
            "/etc/haproxy/tls.pem": str(self.certificate),
        }

    def _command(self) -> list[str]:
        return [self._program, "-db", "-f", str(self.file)]
