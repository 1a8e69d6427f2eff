"""Ruby, PHP and Go, where their toolchains are present: from the button to the user's contexts, and what may come in
between.
"""

import subprocess

import pytest

from tests.fixtures.loopback import Callback
from tests.quickstarts.other_site import try_from_elsewhere
from tests.quickstarts.outage import stay_connected
from tests.quickstarts.program import Program, Quickstart
from tests.quickstarts.walkthrough import Walkthrough, be_refused, use_and_leave

SERVERS = [Quickstart("ruby"), Quickstart("php"), Quickstart("go", seconds=120)]  # Go compiles its library first
TOOLCHAINS = {
    "ruby": (["ruby", "-rsinatra/base", "-rpuma", "-e", ""], "Ruby with Sinatra: apt install ruby ruby-sinatra puma"),
    "php": (["php", "-r", "exit((int) !extension_loaded('curl'));"], "PHP with curl: apt install php-cli php-curl"),
    "go": (["go", "version"], "Go: apt install golang-go"),
}
"""What succeeds where a toolchain is complete, and what to install where it is not."""

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.parametrize("program", SERVERS, ids=lambda quickstart: quickstart.name, indirect=True),
]


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest) -> Program:
    """The program, if this machine speaks its language."""
    command, cure = TOOLCHAINS[request.param.name]
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
