"""The pages of runs: whose they are, how they are shown while they go and afterwards, cancelled, and run again."""

import re

import pytest
from flask import Flask

from portal.content.listing import Wanted
from portal.content.models import Skill
from portal.content.queue import hand_over
from portal.content.run_models import CANCELLED, QUEUED, Run
from portal.content.runs import Starter, cancel_run, get_run, list_runs, start_skill_run, start_task_run
from portal.content.skills import create_skill, delete_skill, update_skill
from portal.content.tasks import create_task
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person
from tests.fixtures.runs import work_off

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def make_skill(app: Flask, person: Person, template: str = "# {{ tone }}: {{ input }}") -> Skill:
    with app.app_context():
        return create_skill(person.id, "Letter", template, variables=[{"name": "tone", "default": "dry"}])


def run_skill(app: Flask, person: Person, skill: Skill, given: str = "Hello", starter: Starter | None = None) -> Run:
    """A run of a skill that has ended."""
    with app.app_context():
        started = start_skill_run(person.id, skill, given, {"tone": "warm"}, starter or Starter())
        return hand_over(started, wait_seconds=1)


def queue_task(app: Flask, person: Person, names: tuple[str, ...] = ("Draft", "Teaser")) -> Run:
    """A run of a task that waits for a worker."""
    skill = make_skill(app, person)
    with app.app_context():
        task = create_task(person.id, "Post", [{"skill_id": str(skill.id), "name": name} for name in names])
        return hand_over(start_task_run(person.id, task, "Hello"))


def events(visitor: Visitor, run: Run, query: str = "", last: str = "") -> str:
    answer = visitor.request(f"/runs/{run.id}/events{query}", headers={"Last-Event-ID": last} if last else {})
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def test_somebody_elses_run_is_not_there(app: Flask, visitor: Visitor, ada: Person) -> None:
    run = queue_task(app, ada)
    work_off(app)
    waiting = queue_task(app, ada)
    stranger = visit_signed_in(app)
    token = stranger.open("/skills/new").values["csrf_token"]
    for path in ("", "/events", "/steps/1/output.md"):
        assert visitor.request(f"/runs/{run.id}{path}").status_code == 200, path
        assert stranger.request(f"/runs/{run.id}{path}").status_code == 404, path
        assert "/login" in Visitor.of(app).request(f"/runs/{run.id}{path}").location, path
    for path in ("/cancel", "/again"):
        answer = stranger.request(f"/runs/{waiting.id}{path}", "POST", data={"csrf_token": token})
        assert answer.status_code == 404, path
        assert visitor.request(f"/runs/{waiting.id}{path}", "POST").status_code == 400, path
    assert "Nothing has run yet" in stranger.open("/runs").text
    with app.app_context():
        kept = get_run(ada.id, waiting.id)
        assert list_runs(ada.id, Wanted()).total == 2
    assert kept is not None
    assert kept.status == QUEUED


def test_the_list_says_what_ran_who_started_it_and_how_it_ended(app: Flask, visitor: Visitor, ada: Person) -> None:
    skill = make_skill(app, ada)
    run_skill(app, ada, skill)
    run_skill(app, ada, skill, starter=Starter(1, "Acme <b>Notes</b>", None))
    queue_task(app, ada)
    run_skill(app, ada, make_skill(app, ada, "{{ 1 / 0 }}"))

    def rows(group: str = "") -> list[str]:
        page = visitor.open(f"/runs?group={group}")
        return [row.text for row in page.document.find("li") if row["class"] == "run-row"]

    def begin(rows: list[str], *beginnings: str) -> bool:
        return len(rows) == len(beginnings) and all(map(str.startswith, sorted(rows), sorted(beginnings)))

    failed, waiting = "Failed Letter Skill You ", "Waiting Post Task You "
    everything = failed, waiting, "Done Letter Skill Acme <b>Notes</b> ", "Done Letter Skill You "
    assert begin(rows(), *everything)
    assert begin(rows("failed"), failed)
    assert begin(rows("unfinished"), waiting)
    assert begin(rows("nonsense"), *everything)


def test_a_run_shows_its_steps_what_came_out_and_what_it_was_given(app: Flask, visitor: Visitor, ada: Person) -> None:
    run = queue_task(app, ada)
    page = visitor.open(f"/runs/{run.id}")
    assert "Waiting" in page.text
    assert 'http-equiv="refresh"' in page.source
    assert f"/runs/{run.id}" in page.links  # to reload it by hand
    work_off(app)
    page = visitor.open(f"/runs/{run.id}")
    assert "refresh" not in page.source
    assert [step.find("h3")[0].text for step in page.document.find("li") if step["class"] == "run-step"] == [
        "Draft",
        "Teaser",
    ]
    output = page.document.by_id("run-output")
    assert [heading.text for heading in output.find("h2")] == ["Output", "dry: # dry: Hello"]
    assert page.document.by_id("output-text").text == "# dry: # dry: Hello"
    assert "This is the rendered document itself." in output.text
    assert "Hello" in page.document.find("dl")[-1].text
    answer = visitor.request(f"/runs/{run.id}/steps/1/output.md")
    assert answer.mimetype == "text/markdown"
    assert answer.text.strip() == "# dry: Hello"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert visitor.request(f"/runs/{run.id}/steps/3/output.md").status_code == 404


def test_an_event_is_what_the_page_shows(app: Flask, visitor: Visitor, ada: Person) -> None:
    run = queue_task(app, ada, ("<script>alert(1)</script>",))
    work_off(app)
    with app.app_context():
        ended = get_run(ada.id, run.id)
    assert ended is not None
    stream = events(visitor, run)
    assert f"id: {ended.revision}\n" in stream
    data = "\n".join(line.removeprefix("data: ") for line in stream.splitlines() if line.startswith("data: "))
    source = visitor.open(f"/runs/{run.id}").source
    tokens = r'name="csrf_token" value="[^"]+"'  # written anew each time
    assert re.sub(tokens, "", data.strip()) in re.sub(tokens, "", source)
    assert "data-finished" in data
    assert "<script" not in data
    assert "data:" not in events(visitor, run, f"?after={ended.revision}")
    assert "data:" not in events(visitor, run, "?after=0", last=str(ended.revision))


def test_a_run_is_cancelled_and_says_so(app: Flask, visitor: Visitor, ada: Person) -> None:
    run = queue_task(app, ada)
    path = f"/runs/{run.id}"
    assert visitor.send_to(path, f"{path}/cancel").location == path
    page = visitor.open(path)
    assert "Cancelled" in page.text
    assert not page.document.find("form", action=f"{path}/cancel")
    work_off(app)
    with app.app_context():
        kept = get_run(ada.id, run.id)
        assert kept is not None
        assert (kept.status, kept.steps[0].output) == (CANCELLED, "")
        finished = run_skill(app, ada, make_skill(app, ada))
        assert cancel_run(ada.id, finished.id) is not None
    assert "Done" in visitor.open(f"/runs/{finished.id}").text


def test_a_run_is_repeated_with_what_it_was_given(app: Flask, visitor: Visitor, ada: Person) -> None:
    skill = make_skill(app, ada)
    path = f"/runs/{run_skill(app, ada, skill, 'Typed').id}"

    def again() -> Page:
        answer = visitor.send_to(path, f"{path}/again")
        assert answer.status_code == 303
        return visitor.open(answer.location)

    assert "warm: Typed" in again().document.by_id("run-output").text
    (link,) = {link for link in visitor.open(path).links if link.startswith(f"/skills/{skill.id}")}
    page = visitor.open(link)  # to run it with other values
    assert [area.text for area in page.document.find("textarea")] == ["Typed", "warm"]
    token = page.document.find("input", name="csrf_token")[0]["value"]
    with app.app_context():
        update_skill(ada.id, skill.id, {"template": "{{ who }}", "variables": [{"name": "who"}]})
    refused = again()
    assert "was changed since" in refused.text
    assert "who: Give it; it has no default." in refused.text
    with app.app_context():
        update_skill(ada.id, skill.id, {"active": False})
    assert "The skill is turned off. Turn it on to run it." in again().text
    with app.app_context():
        delete_skill(ada.id, skill.id)
    page = visitor.open(path)
    assert "a skill that was deleted since" in page.text
    assert not page.document.find("form", action=f"{path}/again")
    assert visitor.request(f"{path}/again", "POST", data={"csrf_token": token}).location == path
    assert "was deleted since, so it cannot be run again" in visitor.open(path).text
    with app.app_context():
        assert list_runs(ada.id, Wanted()).total == 2


def test_of_a_very_long_output_the_page_shows_the_beginning(app: Flask, visitor: Visitor, ada: Person) -> None:
    with app.app_context():
        skill = create_skill(ada.id, "Long", "{% for _ in range(90000) %}line\n{% endfor %}")
        run = hand_over(start_skill_run(ada.id, skill, "", {}), wait_seconds=1)
    page = visitor.open(f"/runs/{run.id}")
    assert re.search("It has 4(50,000|49,999) characters", page.text)
    assert len(page.source) < 100_000
    assert len(visitor.request(f"/runs/{run.id}/steps/1/output.md").text) >= 449_999
