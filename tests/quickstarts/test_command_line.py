"""The command line quickstart: a program for the terminal, which opens the browser itself."""

import runpy
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.fixtures.loopback import free_port, parameters
from tests.quickstarts.outage import NOTHING_ENDED
from tests.quickstarts.program import Quickstart, start, stop, write
from tests.quickstarts.provider import Provider
from tests.quickstarts.walkthrough import DENIED, FOREIGN_ISSUER, answer_request, remove_access

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Terminal:
    """Somebody's terminal, in the folder with the program's file; their home is another folder."""

    def __init__(self, provider: Provider, folder: Path, issuer: str = "") -> None:
        self.provider = provider
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self._opened = folder / "opened"
        browser = folder / "browser"
        browser.write_text(f'#!/bin/sh\nprintf %s "$1" >"{browser}.new" && mv "{browser}.new" "{self._opened}"\n')
        browser.chmod(0o700)
        environment = {"HOME": str(self.home), "BROWSER": str(browser)}
        self.quickstart = Quickstart("cli", env="", public=True, environment=environment)
        write(self.quickstart, issuer or provider.issuer, provider.demo.public, folder)
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, script: str = "run.sh") -> None:
        """Enter what the page says."""
        self._opened.unlink(missing_ok=True)
        self._process = start(["sh", "-e", script], self.quickstart, self.folder)

    def opened(self) -> str:
        """The address that the program has opened a browser with, which it also prints."""
        deadline = time.monotonic() + 10
        while not self._opened.exists():
            assert time.monotonic() < deadline, f"no browser was opened:\n{self.output()}"
            time.sleep(0.02)
        address = self._opened.read_text()
        assert f"\n{address}\n" in self.output()
        return address

    def output(self) -> str:
        """What stands in the terminal."""
        return (self.folder / "log").read_text()

    def wait(self) -> int:
        """Let the program come to its end; gives its exit status."""
        assert self._process
        return self._process.wait(10)

    def lists_contexts(self) -> bool:
        """Whether the program ends well, and its last lines are the names of the contexts."""
        names = self.provider.context_names()
        return self.wait() == 0 and sorted(self.output().splitlines()[-len(names) :]) == sorted(names)

    def close(self) -> None:
        """Close the window."""
        if self._process:
            stop(self._process)


@pytest.fixture
def terminal(provider: Provider, tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(provider, tmp_path)
    yield terminal
    terminal.close()


def test_the_program_needs_the_browser_once(terminal: Terminal, page: Page, provider: Provider) -> None:
    alive = provider.endings(provider.demo.public).get(None, 0)
    terminal.run()
    page.goto(terminal.opened())
    answer_request(page, provider, "Allow")
    expect(page.get_by_text("Go back to the terminal.")).to_be_visible()
    assert terminal.lists_contexts()
    [kept] = terminal.home.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    for _ in range(2):  # each time with the refresh token of the time before
        provider.let_access_tokens_expire()
        terminal.run()
        assert terminal.lists_contexts()
        assert terminal.output().splitlines() == terminal.output().splitlines()[-len(provider.context_names()) :]
    assert provider.endings(provider.demo.public).get(None, 0) == alive + 1
    terminal.run("disconnect.sh")
    assert terminal.wait() == 0
    assert list(terminal.home.iterdir()) == []
    assert provider.endings(provider.demo.public).get(None, 0) == alive


def test_the_program_asks_again_once_access_was_removed(terminal: Terminal, page: Page, provider: Provider) -> None:
    terminal.run()
    page.goto(terminal.opened())
    answer_request(page, provider, "Allow")
    assert terminal.lists_contexts()
    remove_access(page, provider)
    terminal.run()
    page.goto(terminal.opened())
    answer_request(page, provider, "Deny")
    assert terminal.wait() == 1
    assert DENIED in terminal.output()
    assert "Traceback" not in terminal.output()


def test_the_program_believes_no_answer_but_its_own(terminal: Terminal, provider: Provider) -> None:
    terminal.run()
    sent = parameters(terminal.opened())
    assert sent["code_challenge_method"] == "S256"
    forged = {"code": "somebody-elses", "state": "forged", "iss": provider.issuer}
    assert requests.get(f"{sent['redirect_uri']}?{urlencode(forged)}", timeout=5).status_code == 404
    elsewhere = {**forged, "state": sent["state"], "iss": "https://attacker.example"}
    assert requests.get(f"{sent['redirect_uri']}?{urlencode(elsewhere)}", timeout=5).status_code == 200
    assert terminal.wait() == 1
    assert FOREIGN_ISSUER in terminal.output()
    terminal.run()
    again = parameters(terminal.opened())
    for name in ("state", "code_challenge"):
        assert len(again[name]) >= 43
        assert again[name] != sent[name], f"{name} must be a fresh one"


def test_the_program_says_that_it_reaches_nobody(provider: Provider, tmp_path: Path) -> None:
    with closing(Terminal(provider, tmp_path, issuer=f"http://127.0.0.1:{free_port()}")) as terminal:
        (terminal.home / ".contextfile-token").write_text("a refresh token")
        terminal.run()
        assert terminal.wait() == 1
        assert terminal.output().startswith("ContextFile cannot be reached: ")
        assert len(terminal.output().splitlines()) == 1


@pytest.mark.parametrize("status", [503, None])
def test_the_program_keeps_the_token_until_the_access_is_ended(
    terminal: Terminal, page: Page, provider: Provider, status: int | None
) -> None:
    alive = provider.endings(provider.demo.public).get(None, 0)
    terminal.run()
    page.goto(terminal.opened())
    answer_request(page, provider, "Allow")
    assert terminal.lists_contexts()
    with provider.front.failing("/api/oauth/revoke", status):
        terminal.run("disconnect.sh")
        assert terminal.wait() == 1
    assert terminal.output() == f"{NOTHING_ENDED}\n"
    assert provider.endings(provider.demo.public).get(None, 0) == alive + 1
    terminal.run("disconnect.sh")
    assert terminal.wait() == 0
    assert provider.endings(provider.demo.public).get(None, 0) == alive


def test_programs_that_run_at_once_keep_one_whole_token_that_nobody_else_can_read(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(terminal.home))
    keep = runpy.run_path(str(terminal.folder / "contexts.py"))["keep"]
    tokens = [{"access_token": "", "refresh_token": letter * 50} for letter in "abcdefgh" * 25]
    with ThreadPoolExecutor(8) as at_once:
        list(at_once.map(keep, tokens))
    [kept] = terminal.home.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {"access_token": "", "refresh_token": kept.read_text()} in tokens
