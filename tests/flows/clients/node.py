"""openid-client and oauth4webapi, in a Node process: see node/driver.mjs."""

import dataclasses
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.fixtures.databases import missing
from tests.flows.clients import Answer, RefusedError, Registration, Tokens

FOLDER = Path(__file__).parents[1] / "node"


class NodeClient:
    def __init__(self, library: str, registration: Registration) -> None:
        if not shutil.which("node"):
            missing("Node is missing; install Node 20 or newer, with npm")
        if not (FOLDER / "node_modules").exists():
            missing("the Node packages are missing; cd tests/flows/node && npm ci")
        self._process = subprocess.Popen(
            ["node", "driver.mjs", library], cwd=FOLDER, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.authorization_url: str = self._call("connect", dataclasses.asdict(registration))

    def _call(self, *call: object) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the Node client failed at {call[0]}; its standard error says why"
        said = json.loads(line)
        if "refused" in said:
            raise RefusedError(said["refused"])
        return said.get("answer")

    def exchange(self, callback_url: str) -> Tokens:
        tokens: Tokens = self._call("exchange", callback_url)
        return tokens

    def get(self, path: str, access_token: str) -> Answer:
        return Answer(**self._call("get", path, access_token))

    def refresh(self, refresh_token: str) -> Tokens:
        tokens: Tokens = self._call("refresh", refresh_token)
        return tokens

    def introspect(self, token: str) -> dict[str, Any]:
        return dict(self._call("introspect", token))

    def revoke(self, token: str) -> None:
        self._call("revoke", token)

    def close(self) -> None:
        """End the process."""
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()
