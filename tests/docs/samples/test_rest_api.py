"""The commands of the page about the REST API, as they are printed, against a live server with its worker."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from portal.content.contexts import create_context, get_context
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.oauth.scopes import SCOPES
from tests.api.callers import connect
from tests.docs.samples.printed import FOLDER, PUBLISHED_AT
from tests.factories import make_client, make_person
from tests.fixtures.beside import beside
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NAMES = sorted(path.stem for path in (FOLDER / "shell").glob("api_*.sh"))


class Terminal:
    """A shell in which an access token is in a variable."""

    def __init__(self, server: LiveServer, folder: Path) -> None:
        self.ran: list[str] = []
        self._server = server
        self._folder = folder
        with beside(server) as app:
            person = make_person(app, name="Terri Minal")
            caller = connect(app, person, make_client(app, person), *SCOPES)
            with app.app_context():
                context = create_context(person.id, "Brand voice", "Loud.")
                skill = create_skill(person.id, "Letter", "{{ topic }}: {{ input }}", variables=[{"name": "topic"}])
                step = {"skill_id": str(skill.id), "variables": {"topic": {"text": "News"}}}
                task = create_task(person.id, "Letters", [step, step])
        self.person = person
        self.variables = {
            "ACCESS_TOKEN": caller.token,
            "CONTEXT_ID": str(context.id),
            "VERSION": "1",
            "KEY": "4f1c2e9e-7a63-4a53-9a4e-0d9a2a2c1b11",
            "SKILL_ID": str(skill.id),
            "TASK_ID": str(task.id),
        }

    def type(self, name: str, *, fails: bool = False) -> str:
        """Paste what the page prints, and read what it says."""
        self.ran.append(name)
        code = (FOLDER / "shell" / f"{name}.sh").read_text("utf-8").replace(PUBLISHED_AT, self._server.url)
        done = subprocess.run(
            ["sh", "-ec", code], env={**self._server.environment, **self.variables},
            cwd=self._folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout


def data(text: str) -> Any:
    return json.loads(text)["data"]


def test_each_command_of_the_page_does_what_the_page_says(live_server: LiveServer, tmp_path: Path) -> None:
    terminal = Terminal(live_server, tmp_path)
    [listed] = data(terminal.type("api_list"))
    assert listed.keys() == {"id", "name", "size"}
    assert data(terminal.type("api_change"))["version"] == 2
    assert json.loads(terminal.type("api_change", fails=True))["error"] == "precondition_failed"
    first, again = data(terminal.type("api_create")), data(terminal.type("api_create"))
    assert first["id"] == again["id"]
    run = data(terminal.type("api_run_skill"))
    assert (run["status"], run["output"]) == (
        "succeeded",
        "News from the roastery: The new roastery opens on Monday.",
    )
    events = terminal.type("api_run_task")
    assert "event: step" in events
    last = json.loads(events.rpartition("event: run\ndata: ")[2].partition("\n")[0])
    assert last["status"] == "succeeded"
    assert sorted(set(terminal.ran)) == NAMES
    with beside(live_server) as app, app.app_context():
        changed = get_context(terminal.person.id, int(terminal.variables["CONTEXT_ID"]))
    assert changed is not None
    assert changed.content.startswith("# Brand voice")
