"""The printed servers: each variant of them is a program that its language can read."""

import ast
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from portal.docs.connect_button_choices import OPTIONS, read_choices
from portal.docs.connect_button_code import receiving_samples
from portal.docs.connect_button_files import ButtonFiles
from portal.docs.reader import OwnApp
from tests.fixtures.databases import missing

FILES = ButtonFiles("sha384-x", (), ())
AWKWARD = ("https://client.example/a'b/(c):d%20e?f=1", "http://127.0.0.1:4321/callback", "http://[::1]:8000")
VARIANTS = list(product(OPTIONS["code"], OPTIONS["pkce"], [True, False], AWKWARD))


def servers(server: str) -> list[str]:
    """The code of one language in each of its variants."""
    found = []
    for code, pkce, confidential, uri in VARIANTS:
        query = MultiDict({"code": code, "pkce": pkce, "server": server})
        choices = read_choices(query, OwnApp(confidential=confidential, redirect_uris=(uri,)))
        found.append(receiving_samples(choices, "https://id.example", "https://id.example/x.js", FILES)[-1].code)
    return sorted(set(found))


def test_each_flask_server_compiles_and_asks_for_the_route_of_its_redirect_uri() -> None:
    for code in servers("flask"):
        ast.parse(code)
        assert all(len(line) <= 130 for line in code.splitlines())
        assert any(route in code for route in ('"/a\'b/(c):d e"', '"/callback"', '"/"'))


def test_each_express_server_is_javascript(tmp_path: Path) -> None:
    node = shutil.which("node") or missing("Node is missing; install it, so that the samples can be read")
    found = servers("express")
    for number, code in enumerate(found):
        (tmp_path / f"{number}.mjs").write_text(code)
    read_all = "import { SourceTextModule } from 'node:vm'; import { readFileSync } from 'node:fs'; "
    read_all += "for (const path of process.argv.slice(1)) new SourceTextModule(readFileSync(path, 'utf8'))"
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    command = [node, "--no-warnings", "--experimental-vm-modules", "--input-type=module", "-e", read_all, *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert len(paths) > 12


@pytest.mark.parametrize("server", OPTIONS["server"])
def test_the_secret_is_read_from_the_environment_and_only_by_apps_that_have_one(server: str) -> None:
    for code in servers(server):
        assert "CONTEXTFILE_CLIENT_ID" in code
        assert code.count("client_secret") == code.count("CONTEXTFILE_CLIENT_SECRET") <= 1
        assert "cf_cs_" not in code
