"""An app made of nothing but what the configurator prints: a page with the button, and the server behind it."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Page

from tests.fixtures.databases import missing
from tests.fixtures.servers import DemoClient, LiveServer, bare_environment

TESTS = Path(__file__).parents[1]
NODE_MODULES = TESTS / "flows" / "node" / "node_modules"
REACT = TESTS.parent / "react"
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>An app</title>
<link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; connect-src 'self'; img-src data:; script-src 'self' {server}; {styles}">
<h1>An app</h1>
{button}
"""


def print_code(page: Page, server: LiveServer, client: DemoClient, /, **choices: str) -> dict[str, str]:
    """What the configurator prints for an app of who is signed in, by the names of its blocks."""
    query = {"app": client.client_id, "redirect_uri": client.redirect_uri, **choices}
    page.goto(f"{server.url}/docs/connect-button?{urlencode(query)}")
    blocks = page.locator("#configurator-output code[id]").all()
    return {str(block.get_attribute("id")).removeprefix("code-"): block.text_content() or "" for block in blocks}


def there(node_modules: Path) -> Path:
    """The folder, if Node and its packages are installed."""
    if not shutil.which("node") or not node_modules.exists():
        missing(f"Node or its packages are missing; install Node 20 or newer, and in {node_modules.parent}: npm ci")
    return node_modules


def bundle_react(code: dict[str, str], folder: Path) -> None:
    """Bundle the printed components with the package, as an app's build does."""
    there(REACT / "node_modules")
    (folder / "connect.jsx").write_text(code["react"])
    (folder / "callback.jsx").write_text(code["react-callback"])
    for file in ("entry.jsx", "bundle.mjs"):
        shutil.copy(TESTS / "browser" / "printed_react" / file, folder)
    done = subprocess.run(["node", "bundle.mjs", str(REACT)], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class PrintedApp:
    """The app, running at the origin of its redirect URI."""

    def __init__(self, code: dict[str, str], server: LiveServer, client: DemoClient, folder: Path) -> None:
        self.origin = client.redirect_uri.removesuffix("/callback")
        (folder / "public").mkdir(parents=True)
        button, styles = code.get("element", ""), "style-src 'none'"
        if "html" in code:
            button, styles = f"<link rel=stylesheet href=button.css>{code['html']}", "style-src 'self'"
            (folder / "public" / "button.css").write_text(code["css"])
        elif "react" in code:
            button = "<div id=app></div><script type=module src=/app.js></script>"
        page = PAGE.format(server=server.url, styles=styles, button=button)
        (folder / "public" / "index.html").write_text(page)
        (folder / "public" / "callback.html").write_text(code.get("element-callback", ""))
        if "react" in code:
            bundle_react(code, folder)
        if "flask" in code:
            command = [sys.executable, "server.py"]
            (folder / "server.py").write_text(code["flask"])
        else:
            (folder / "node_modules").symlink_to(there(NODE_MODULES))
            (folder / "server.mjs").write_text(code["express"])
            command = ["node", "server.mjs"]
        environment = bare_environment(
            contextfile_client_id=client.client_id, contextfile_client_secret=client.client_secret
        )
        self._log = (folder / "log").open("w+")
        self._process = subprocess.Popen(command, cwd=folder, env=environment, stdout=self._log, stderr=self._log)

    def wait_until_it_answers(self) -> None:
        """Return once the page is served."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                requests.get(f"{self.origin}/index.html", timeout=5).raise_for_status()
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        self._log.seek(0)
        pytest.fail(f"the printed server does not answer:\n{self._log.read()}")

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(10)
        self._log.close()
