"""Every quickstart that is a server: from the button to the user's contexts, and what may come in between.

Python and Node are there; Ruby, PHP and Go run where their toolchains are complete.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.printed_app import NODE_MODULES, there
from tests.fixtures.loopback import Callback
from tests.quickstarts.other_site import try_from_elsewhere
from tests.quickstarts.outage import stay_connected
from tests.quickstarts.program import Program, Quickstart
from tests.quickstarts.walkthrough import Walkthrough, be_refused, use_and_leave

SERVERS = [
    *(Quickstart(name, links={".venv": Path(sys.prefix)}) for name in ("flask", "fastapi", "django")),
    Quickstart("express", links={"node_modules": NODE_MODULES}),
    Quickstart(
        "nextjs",
        copies={"node_modules": Path(__file__).parent / "next" / "node_modules"},  # Turbopack wants them in the folder
        environment={"NEXT_TELEMETRY_DISABLED": "1"},
        seconds=180,  # it builds first, in ten of them on a quiet machine
    ),
    Quickstart("ruby"),
    Quickstart("php"),
    Quickstart("go", seconds=120),  # it compiles its library first
]
OPTIONAL = {
    "ruby": (["ruby", "-rsinatra/base", "-rpuma", "-e", ""], "Ruby with Sinatra: apt install ruby ruby-sinatra puma"),
    "php": (["php", "-r", "exit((int) !extension_loaded('curl'));"], "PHP with curl: apt install php-cli php-curl"),
    "go": (["go", "version"], "Go: apt install golang-go"),
}
"""What succeeds where a toolchain is complete, and what to install where it is not."""

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.parametrize(
        "program",
        [
            pytest.param(server, marks=pytest.mark.heavy if server.name == "nextjs" else (), id=server.name)
            for server in SERVERS
        ],
        indirect=True,
    ),
]


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest) -> Program:
    """The program, if what its `setup.sh` installs is there."""
    quickstart: Quickstart = request.param
    if node_modules := {**quickstart.links, **quickstart.copies}.get("node_modules"):
        there(node_modules)
    if quickstart.name in OPTIONAL:
        command, cure = OPTIONAL[quickstart.name]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=30)
        except (FileNotFoundError, subprocess.CalledProcessError):
            pytest.skip(f"optional, and not on this machine: {cure}")
    program: Program = request.getfixturevalue("program")
    return program


def test_the_program_shows_the_contexts_for_as_long_as_the_user_wants(walk: Walkthrough) -> None:
    use_and_leave(walk)


def test_the_program_believes_no_answer_but_its_own(walk: Walkthrough) -> None:
    be_refused(walk)


def test_the_program_does_nothing_for_another_site(walk: Walkthrough, callback: Callback) -> None:
    try_from_elsewhere(walk, callback)


def test_access_that_is_still_open_is_not_called_ended(walk: Walkthrough) -> None:
    stay_connected(walk)


def test_only_this_machine_reaches_the_program(walk: Walkthrough) -> None:
    assert not walk.program.answers_the_network()
