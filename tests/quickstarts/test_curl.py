"""The curl quickstart: its blocks, pasted into a shell one after the other."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.fixtures.loopback import parameters
from tests.quickstarts.program import Quickstart, printed, write
from tests.quickstarts.provider import Provider
from tests.quickstarts.walkthrough import FOREIGN_ISSUER, FOREIGN_STATE, answer_request

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DONE = "-- the next prompt --"
QUESTION = "Paste the address: "


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

    def paste(self, step: str, answer: str = "") -> str:
        """Paste a block; gives what it prints.

        Args:
            answer: what is then typed, for a block that asks.
        """
        code = printed(f"curl/{step}.sh", self._issuer, self.client)
        assert self._process.stdin
        assert self._process.stdout
        end = Timer(20, self._process.kill)  # a quote that nobody closes would wait for ever
        end.start()
        if answer:
            assert code.count("\n") == 1, "what is pasted along with a question would be its answer"
            self._process.stdin.write(code)
            self._process.stdin.flush()
            assert self._process.stdout.read(len(QUESTION)) == QUESTION
            code = answer
        self._process.stdin.write(f"{code}\nprintf '\\n%s\\n' '{DONE}'\n")
        self._process.stdin.flush()
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
    callback, _, _ = shell.client.redirect_uri.partition("?")
    with page.expect_request(f"{callback}?*") as request:
        answer_request(page, provider, "Allow")
    return request.value.url


def test_curl_goes_from_the_address_to_the_end_of_the_authorization(
    shell: Shell, page: Page, provider: Provider
) -> None:
    alive = provider.endings(provider.demo.public).get(None, 0)
    shell.paste("answer", bring_back_address(shell, page, provider))
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


def test_curl_exchanges_no_answer_but_its_own(shell: Shell, page: Page, provider: Provider, tmp_path: Path) -> None:
    address = bring_back_address(shell, page, provider)
    state, issuer = parameters(address)["state"], quote(provider.issuer, safe="")
    denied = f"error=access_denied&error_description=Not+now.&state={state}&iss={issuer}"
    for answer, words in [
        (address.replace(state, "forged"), FOREIGN_STATE),
        (address.replace(state, ""), FOREIGN_STATE),
        (address.replace("state=", "xstate="), FOREIGN_STATE),
        (address.replace(issuer, "https%3A%2F%2Fattacker.example"), FOREIGN_ISSUER),
        (address.replace("iss=", "xiss="), FOREIGN_ISSUER),
        (f"{shell.client.redirect_uri}&{denied}", "access_denied: Not now."),
    ]:
        shell.paste("answer", answer)
        assert shell.paste("exchange").startswith(words), answer
    with closing(Shell(provider, tmp_path)) as another:  # a terminal that has sent nothing
        another.paste("answer", address.replace(state, ""))
        assert another.paste("exchange").startswith(FOREIGN_STATE)
    shell.paste("answer", address)
    assert "access_token" in json.loads(shell.paste("exchange")), "no other answer has used up the code"


def test_an_address_runs_no_commands(shell: Shell, tmp_path: Path) -> None:
    made = tmp_path / "made"
    for quote_mark in ("", "'", '"'):
        shell.paste("answer", f"http://localhost/{quote_mark}; touch {made}; $(touch {made}); `touch {made}` #")
        assert shell.paste("exchange").startswith(FOREIGN_STATE)
    assert not made.exists()
