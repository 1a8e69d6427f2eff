"""Express and Next.js: from the button to the user's contexts, and everything that may come in between."""

from pathlib import Path

import pytest

from tests.browser.printed_app import NODE_MODULES, there
from tests.fixtures.loopback import Callback
from tests.quickstarts.other_site import try_from_elsewhere
from tests.quickstarts.outage import stay_connected
from tests.quickstarts.program import Program, Quickstart
from tests.quickstarts.walkthrough import Walkthrough, be_refused, use_and_leave

EXPRESS = Quickstart("express", links={"node_modules": NODE_MODULES})
NEXT = Quickstart(
    "nextjs",
    copies={"node_modules": Path(__file__).parent / "next" / "node_modules"},  # Turbopack wants them in the folder
    environment={"NEXT_TELEMETRY_DISABLED": "1"},
    seconds=180,  # it builds first, in ten of them on a quiet machine
)
pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.parametrize("program", [EXPRESS, NEXT], ids=lambda quickstart: quickstart.name, indirect=True),
]


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest) -> Program:
    """The program, if Node and what its `setup.sh` installs are there."""
    quickstart: Quickstart = request.param
    there({**quickstart.links, **quickstart.copies}["node_modules"])
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
