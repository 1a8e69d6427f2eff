"""The two quickstarts for a terminal: the program that opens the browser itself, and curl step by step."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.fixtures.loopback import free_port, parameters
from tests.quickstarts.program import Quickstart, printed, start, stop, write
from tests.quickstarts.provider import Provider
from tests.quickstarts.walkthrough import DENIED, FOREIGN_ISSUER, answer_request, remove_access

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DONE = "-- the next prompt --"


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


class Shell:
    """A shell that somebody pastes the curl quickstart's blocks into, one after the other."""

    def __init__(self, provider: Provider, folder: Path) -> None:
        self.client = provider.new_client(public=True)
        self._issuer = provider.issuer
        quickstart = Quickstart("curl", env="", public=True)
        write(quickstart, provider.issuer, self.client, folder)
        self._process = subprocess.Popen(
            ["sh"], cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def paste(self, step: str, **filled: str) -> str:
        """Paste a block; gives what it prints.

        Args:
            filled: what takes the place of words in capitals.
        """
        code = printed(f"curl/{step}.sh", self._issuer, self.client)
        for placeholder, value in filled.items():
            assert placeholder in code
            code = code.replace(placeholder, value)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{code}\nprintf '\\n%s\\n' '{DONE}'\n")
        self._process.stdin.flush()
        end = Timer(20, self._process.kill)  # a quote that nobody closes would wait for ever
        end.start()
        lines: list[str] = []
        while (line := self._process.stdout.readline().rstrip("\n")) != DONE:
            assert self._process.poll() is None, f"the shell ended at {step}: {lines}"
            lines.append(line)
        end.cancel()
        return "\n".join(lines).strip()

    def close(self) -> None:
        """Close the window."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def shell(provider: Provider, tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(provider, tmp_path)
    yield shell
    shell.close()


def bring_back_address(shell: Shell, page: Page, provider: Provider) -> str:
    """Open what the first step prints, allow it, and copy the address of the page that does not load."""
    [address] = re.findall(r"^http.*$", shell.paste("authorize"), re.MULTILINE)
    page.goto(address)
    with page.expect_request(f"{shell.client.redirect_uri}?*") as request:
        answer_request(page, provider, "Allow")
    return request.value.url


def test_curl_goes_from_the_address_to_the_end_of_the_authorization(
    shell: Shell, page: Page, provider: Provider
) -> None:
    alive = provider.endings(provider.demo.public).get(None, 0)
    shell.paste("answer", PASTE_THE_ADDRESS_HERE=bring_back_address(shell, page, provider))
    exchanged = json.loads(shell.paste("exchange"))
    assert exchanged["refresh_token"].startswith("cf_rt_")
    names = provider.context_names()
    assert sorted(context["name"] for context in json.loads(shell.paste("contexts"))["data"]) == sorted(names)
    provider.let_access_tokens_expire()
    assert json.loads(shell.paste("contexts"))["error"] == "invalid_token"
    refreshed = json.loads(shell.paste("refresh"))
    assert refreshed["refresh_token"] not in {exchanged["refresh_token"], ""}
    assert len(json.loads(shell.paste("contexts"))["data"]) == len(names)
    assert shell.paste("revoke") == "200"
    assert json.loads(shell.paste("contexts"))["error"] == "invalid_token"
    assert provider.endings(provider.demo.public).get(None, 0) == alive


def test_curl_exchanges_no_answer_to_somebody_elses_request(shell: Shell, page: Page, provider: Provider) -> None:
    address = bring_back_address(shell, page, provider)
    forged = address.replace(parameters(address)["state"], "forged")
    shell.paste("answer", PASTE_THE_ADDRESS_HERE=forged)
    output = shell.paste("exchange")
    assert "This answer belongs to no request of yours." in output
    assert "invalid_request" in output
