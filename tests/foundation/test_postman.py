"""The postman: every letter once, in order, whatever happens to one of them, to the process or to the database."""

import threading
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.foundation.mail import OutgoingMail
from portal.foundation.mail_transport import PostponedError
from portal.foundation.postman import LEASE_SECONDS, MOST_ATTEMPTS, Postman
from tests.fixtures.applications import MakeApp
from tests.fixtures.statements import cost
from tests.foundation.letters import deliver, outbox, put, ready

NOON = 20_000 * 86400 + 12 * 3600


class KilledError(BaseException):
    """The process is gone at this point."""


def subjects(app: Flask, folder: Path) -> list[str]:
    """Of what has been sent, in order."""
    files = sorted((folder / "mail").glob("*.eml"))
    return [file.read_text().partition("Subject: Hello ")[2].partition("\n")[0] for file in files]


def hire(app: Flask, send: Callable[[EmailMessage], None]) -> Postman:
    """Another postman of the application, who sends in a way of his own and when he is told."""
    postman = Postman(app, send)
    postman.close()
    return postman


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return ready(make_app())


def test_letters_go_in_the_order_in_which_they_were_written(app: Flask, tmp_path: Path) -> None:
    with time_machine.travel(NOON, tick=False) as moment:
        for name in ("one", "two", "three"):
            put(app, name)
            moment.shift(1)
        assert deliver(app) == 3
    assert subjects(app, tmp_path) == ["one", "two", "three"]


def test_two_postmen_send_each_letter_once(make_app: MakeApp, tmp_path: Path) -> None:
    apps = [ready(make_app(instance_path=tmp_path / name)) for name in ("left", "right")]
    names = [str(number) for number in range(24)]
    put(apps[0], *names)
    together, counts = threading.Barrier(2), [0, 0]

    def run(place: int) -> None:
        together.wait()
        counts[place] = deliver(apps[place])

    threads = [threading.Thread(target=run, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [*subjects(apps[0], tmp_path / "left"), *subjects(apps[1], tmp_path / "right")]
    assert sorted(sent, key=int) == names
    assert sum(counts) == 24
    assert outbox(apps[0]) == []


def test_a_letter_of_a_process_that_is_killed_is_sent_when_its_lease_ends(
    app: Flask, make_app: MakeApp, tmp_path: Path
) -> None:
    def die(_message: EmailMessage) -> None:
        raise KilledError

    with time_machine.travel(NOON, tick=False) as moment:
        put(app, "Ada")
        with pytest.raises(KilledError):
            hire(app, die).deliver()
        other = ready(make_app())
        moment.shift(LEASE_SECONDS - 1)
        assert deliver(other) == 0
        moment.shift(1)
        assert deliver(other) == 1
    assert subjects(other, tmp_path) == ["Ada"]
    assert outbox(other) == []


def test_a_letter_with_which_process_after_process_dies_is_given_up(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    put(app)
    with app.app_context(), transaction() as session:
        session.execute(update(OutgoingMail).values(attempts=MOST_ATTEMPTS))
    assert deliver(app) == 0
    assert outbox(app) == []
    assert "mail greeting is given up" in caplog.text


def test_a_fault_in_one_writer_stops_no_other_letter_and_is_logged_without_what_it_says(
    app: Flask, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with time_machine.travel(NOON, tick=False):
        put(app, "the-secret-name", letter="faulty")
        put(app, "Ada")
        assert deliver(app) == 1
        assert subjects(app, tmp_path) == ["Ada"]
        (waiting,) = outbox(app)
        assert (waiting.letter, waiting.attempts, waiting.due_at) == ("faulty", 1, NOON + 60)
        assert deliver(app) == 0, "not again at once"
    assert "mail faulty cannot be written, KeyError:" in caplog.text
    assert "letters.py" in caplog.text
    assert "the-secret-name" not in caplog.text


def test_a_letter_that_nobody_here_knows_waits_for_a_node_that_does(
    app: Flask, make_app: MakeApp, tmp_path: Path
) -> None:
    with time_machine.travel(NOON, tick=False) as moment:
        put(app, "Ada")
        old = make_app()
        assert deliver(old) == 0
        moment.shift(60)
        assert deliver(app) == 1
    assert subjects(app, tmp_path) == ["Ada"]


def test_it_is_tried_ever_later_and_given_up_after_about_a_day(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def postpone(_message: EmailMessage) -> None:
        raise PostponedError("450")

    pauses = []
    with time_machine.travel(NOON, tick=False) as moment:
        put(app)
        postman = hire(app, postpone)
        while True:
            assert postman.deliver() == 0
            if not (waiting := outbox(app)):
                break
            pauses.append(waiting[0].due_at - clock.now())
            moment.shift(pauses[-1])
    assert pauses == sorted(pauses)
    assert pauses[:3] == [60, 120, 240]
    assert len(pauses) == MOST_ATTEMPTS - 1
    assert 12 * 3600 < sum(pauses) < 36 * 3600
    assert "is given up: 450" in caplog.text


def test_a_look_into_an_empty_outbox_writes_and_locks_nothing(app: Flask) -> None:
    assert cost(app, lambda: deliver(app)) == ["SELECT"]
    with time_machine.travel(NOON, tick=False):
        put(app, letter="faulty")
        deliver(app)
        assert cost(app, lambda: deliver(app)) == ["SELECT"], "one waits, and is not due"


def test_by_itself_it_comes_when_a_letter_is_committed(app: Flask, tmp_path: Path) -> None:
    gone = threading.Event()
    postman = Postman(app, lambda _message: gone.set())
    app.extensions["postman"] = postman
    put(app)
    assert gone.wait(10)
    postman.close()
    assert postman.deliver() == 0
    assert outbox(app) == []


def test_by_itself_it_comes_again_for_what_waits(app: Flask) -> None:
    gone, tries = threading.Event(), []

    def send(_message: EmailMessage) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise PostponedError("450")
        gone.set()

    put(app)
    postman = hire(app, send)
    postman.deliver()
    with app.app_context(), transaction() as session:
        session.execute(update(OutgoingMail).values(due_at=clock.now() + 1))
    postman.works_alone = True
    postman.come()
    assert gone.wait(10)
    postman.close()
    postman.deliver()
    assert outbox(app) == []


def test_what_an_earlier_run_left_goes_with_the_first_request(app: Flask, tmp_path: Path) -> None:
    put(app, "Ada")
    app.extensions["postman"].works_alone = True
    before = set(threading.enumerate())
    app.test_client().get("/login")
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert subjects(app, tmp_path) == ["Ada"]


def test_a_database_that_fails_is_logged_and_looked_at_again(
    make_app: MakeApp, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(database_url=f"sqlite:///{tmp_path / 'nothing.sqlite3'}")  # without a schema
    postman = app.extensions["postman"]
    postman.works_alone = True
    postman.come()
    first = postman._timer
    if first:
        first.join(10)
    again = postman._timer
    assert again is not None
    assert again is not first
    assert again.daemon, "a worker that is told to stop does not wait for it"
    postman.close()
    again.join(10)
    assert "the outbox cannot be read" in caplog.text
