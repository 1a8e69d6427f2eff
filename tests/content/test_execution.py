"""Carrying runs out with a model that takes its time: progress, cancelling, access that ends, a worker that stops."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from flask import Flask

from portal.content import chat_completions, execution
from portal.content.execution import carry_out
from portal.content.progress import follow
from portal.content.run_models import Run
from portal.content.runs import Starter, cancel_run, get_run, start_skill_run, start_task_run
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.foundation.database import transaction
from portal.oauth.bearer import find_access
from portal.oauth.consents import reduce_scope, remember, remove_consent
from tests.api.callers import connect
from tests.factories import Person, make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.model_server import ModelServer, Reply


@pytest.fixture
def go_on() -> Event:
    """What the model waits for after its first piece."""
    return Event()


@pytest.fixture
def slow(make_app: MakeApp, model: ModelServer, go_on: Event, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application whose model waits, and whose workers give signs quickly."""
    monkeypatch.setattr(execution, "_SIGN_SECONDS", 0.02)
    monkeypatch.setattr(chat_completions, "_REPORT_SECONDS", 0.0)
    model.answer = lambda _: Reply(then=go_on)
    return make_app(generator="openai", generator_url=model.url, generator_model="small", generator_key="k")


BY_HAND = Starter()


class Working:
    """A thread that carries a run out."""

    def __init__(self, app: Flask, run: Run) -> None:
        self._app, self._run = app, run
        self._thread = Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        with self._app.app_context():
            carry_out(self._run.id)

    def wait_for(self, what: Callable[[Run], bool]) -> Run:
        """Wait until the run is as it should be."""
        ends = time.monotonic() + 10
        while True:
            with self._app.app_context():
                run = get_run(self._run.user_id, self._run.id)
            assert run is not None
            if what(run):
                return run
            assert time.monotonic() < ends, f"the run stays {run.status}: {run.error}"
            time.sleep(0.01)

    def end(self) -> Run:
        """Wait for the thread, not longer than it may take to notice."""
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self.wait_for(lambda _: True)


def start(app: Flask, person: Person, starter: Starter = BY_HAND) -> Run:
    with app.app_context():
        skill = create_skill(person.id, "Say", "{{ input }}")
        return start_skill_run(person.id, skill, "hello", {}, starter)


def test_what_has_come_so_far_is_seen_and_then_the_whole_with_its_tokens(slow: Flask, go_on: Event) -> None:
    run = start(slow, make_person(slow))
    working = Working(slow, run)
    seen = working.wait_for(lambda run: run.steps[0].output != "")
    assert (seen.status, seen.steps[0].status, seen.steps[0].output) == ("running", "running", "Hello")
    go_on.set()
    done = working.end()
    assert (done.status, done.steps[0].output) == ("succeeded", "Hello, world")
    assert (done.steps[0].input_tokens, done.steps[0].output_tokens) == (7, 2)


def test_a_run_that_is_cancelled_stops_while_it_is_carried_out(slow: Flask, go_on: Event, model: ModelServer) -> None:
    person = make_person(slow)
    with slow.app_context():
        skill = create_skill(person.id, "Say", "{{ input }}")
        run = start_task_run(person.id, create_task(person.id, "T", [{"skill_id": str(skill.id)}] * 3), "hello")
    working = Working(slow, run)
    working.wait_for(lambda run: run.steps[0].output == "Hello")
    with slow.app_context():
        cancel_run(person.id, run.id)
    go_on.set()
    done = working.end()
    assert (done.status, [step.status for step in done.steps]) == ("cancelled", ["cancelled"] * 3)
    assert done.steps[0].output == "Hello"
    assert len(model.asked) == 1


def test_a_model_that_refuses_fails_the_run_in_plain_words(slow: Flask, model: ModelServer) -> None:
    model.answer = lambda _: Reply(status=401)
    done = Working(slow, start(slow, make_person(slow))).end()
    assert (done.status, done.error_code) == ("failed", "generation_failed")
    assert "refuses this server’s key" in done.error


def test_a_worker_that_is_told_to_stop_gives_its_run_back_at_once(slow: Flask, go_on: Event) -> None:
    working = Working(slow, start(slow, make_person(slow)))
    working.wait_for(lambda run: run.steps[0].output == "Hello")
    slow.extensions["stopping"].set()
    go_on.set()
    given_back = working.end()
    assert (given_back.status, given_back.lease_key, given_back.lease_until) == ("queued", None, 0)
    slow.extensions["stopping"].clear()
    assert Working(slow, given_back).end().status == "succeeded"


@pytest.mark.parametrize("how", ["the app is removed", "the scope is taken back", "another scope is taken back"])
def test_a_run_stops_when_the_app_that_started_it_may_not_have_it_run_any_more(
    slow: Flask, go_on: Event, how: str
) -> None:
    person = make_person(slow)
    caller = connect(slow, person, make_client(slow, person), "skills:execute", "profile:read")
    with slow.app_context(), transaction() as session:
        access = find_access(caller.token, "/api/v1")
        assert access is not None
        remember(session, person.id, access.client_key, frozenset({"skills:execute", "profile:read"}), pkce=True)
    run = start(slow, person, Starter(access.client_key, "Acme Notes", access.authorization_id))
    working = Working(slow, run)
    working.wait_for(lambda run: run.steps[0].output == "Hello")
    with slow.app_context():
        if how == "the app is removed":
            assert remove_consent(person.id, access.client_key)
        else:
            kept = "profile:read" if how == "the scope is taken back" else "skills:execute"
            reduce_scope(person.id, access.client_key, frozenset({kept}))
    if how == "another scope is taken back":
        go_on.set()
        assert working.end().status == "succeeded"
        return
    stopped = working.wait_for(lambda run: run.finished_at is not None)  # though the model has not said more
    assert (stopped.status, stopped.error_code) == ("cancelled", "access_removed")
    assert stopped.error == "Acme Notes has no access any more."
    go_on.set()
    working.end()


def test_a_run_is_followed_change_by_change_to_its_end(slow: Flask, go_on: Event) -> None:
    person = make_person(slow)
    run = start(slow, person)
    working = Working(slow, run)
    statuses: list[str] = []
    revisions: list[int] = []
    with slow.app_context():
        for seen in follow(person.id, run.id, 0):
            if seen is not None:
                statuses.append(seen.status)
                revisions.append(seen.revision)
                if seen.steps[0].output:
                    go_on.set()
    working.end()
    assert statuses[-1] == "succeeded"
    assert revisions == sorted(set(revisions))
    with slow.app_context():
        assert [seen.status for seen in follow(person.id, run.id, 0) if seen] == ["succeeded"]
        assert list(follow(person.id, run.id, revisions[-1])) == [None]
        assert list(follow(person.id + 1, run.id, 0)) == []
