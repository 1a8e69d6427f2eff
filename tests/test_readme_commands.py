"""The README's first command, as a newcomer runs it: an environment that sets nothing, and an empty folder."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fixtures.databases import missing
from tests.fixtures.forms import hidden
from tests.fixtures.loopback import free_port
from tests.fixtures.servers import bare_environment, launch, stop, wait_until_it_answers


class Run:
    """A running `make run`, and what it printed."""

    def __init__(self, url: str, instance: Path, log: Path) -> None:
        self.url = url
        self.instance = instance
        self.log = log


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    if not shutil.which("make"):
        missing("make is missing; apt install make")
    folder, port = tmp_path_factory.mktemp("make-run"), free_port()
    environment = bare_environment(port=port, instance_path=folder / "instance")
    process = launch(["make", "run"], environment, folder / "log")
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}", process, folder / "log")
        yield Run(f"http://127.0.0.1:{port}", folder / "instance", folder / "log")
    finally:
        stop(process)


def test_it_prints_where_to_go_and_a_demo_account_that_can_log_in(run: Run) -> None:
    printed = run.log.read_text()
    assert run.url in printed
    accounts = re.findall(r"(\S+@[\w.-]+).*?password:? (\S+)", printed)
    assert len(accounts) == 2, printed
    for email, password in accounts:
        with requests.Session() as session:
            page = session.get(f"{run.url}/login", timeout=10)
            form = {"csrf_token": hidden(page.text, "csrf_token"), "email": email, "password": password}
            answer = session.post(f"{run.url}/login", data=form, timeout=10)
            assert answer.status_code == 200
            assert "Log out" in answer.text


def test_it_keeps_its_database_and_key_in_the_instance_folder(run: Run) -> None:
    assert {"contextfile.sqlite3", "secret_key"} <= {path.name for path in run.instance.iterdir()}


def test_its_home_page_leads_developers_and_users_on(run: Run) -> None:
    page = requests.get(f"{run.url}/", timeout=10)
    assert page.status_code == 200
    assert "/docs/connect" in page.text
    assert "/developer/oauth-apps" in page.text
