"""The recorder: counts and failures reach the database, together and late, and a flood fills nothing."""

import threading
import time

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.foundation.database import reading
from portal.oauth import record_writing
from portal.oauth.client_events import FAILURE
from portal.oauth.clients import mint_client_id
from portal.oauth.event_models import ClientDay, ClientEvent
from portal.oauth.models import Client as ClientRow
from portal.oauth.models import ClientSecret, RedirectUri
from portal.oauth.record_writing import COUNT_DAYS, DAY, FAILURE_DAYS, HOUR, MOST_OF_CAUSE, MOST_OF_NETWORK, Failure
from portal.oauth.recorder import MOST_DIFFERENT, MOST_NOTES, MOST_STRANGE, Recorder
from tests.fixtures.purging import purge_all
from tests.oauth.parties import Client, Owner

START = 20_000 * DAY


@pytest.fixture
def recorder(app: Flask) -> Recorder:
    """The application's."""
    recorder: Recorder = app.extensions["recorder"]
    return recorder


def failure(client: Client, **changes: str) -> Failure:
    usual = {"endpoint": "token", "cause": "secret_wrong", "text": "Wrong.", "origin": "203.0.113.9"}
    return Failure(client.registered.client_id, **{**usual, **changes})


def counts(app: Flask) -> dict[tuple[int, str, str], int]:
    with app.app_context(), reading() as session:
        return {(row.day, row.what, row.detail): row.count for row in session.scalars(select(ClientDay))}


def events(app: Flask) -> list[ClientEvent]:
    with app.app_context(), reading() as session:
        query = select(ClientEvent).filter_by(kind="failure").order_by(ClientEvent.at.desc(), ClientEvent.sent)
        return list(session.scalars(query))


def test_a_journey_is_counted(app: Flask, owner: Owner, client: Client, recorder: Recorder) -> None:
    with time_machine.travel(START, tick=False):
        tokens = client.obtain_tokens(owner.log_in())
        tokens = client.refresh(tokens["refresh_token"]).get_json()
        client.obtain_code(owner)
        owner.answer(owner.browser.get(client.request_uri(prompt="consent")), "deny")
        client.exchange("cf_ac_half")
        recorder.write()
        client.refresh(tokens["refresh_token"])
        recorder.write()
    with app.app_context(), reading() as session:
        uri = session.scalars(select(RedirectUri.id)).one()
    assert counts(app) == {
        (20_000, "allowed", ""): 2,
        (20_000, "redirected", str(uri)): 2,
        (20_000, "joined", ""): 1,
        (20_000, "denied", ""): 1,
        (20_000, "exchanged", ""): 1,
        (20_000, "refreshed", ""): 2,
        (20_000, "failed", "token code_malformed"): 1,
    }


def test_taking_access_back_is_counted(app: Flask, owner: Owner, client: Client, recorder: Recorder) -> None:
    client.obtain_code(owner)
    page = owner.browser.get("/settings/connected-apps").text
    path = page.partition('action="/settings/connected-apps/')[2].partition('"')[0]
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    owner.browser.post(f"/settings/connected-apps/{path}", data={"csrf_token": token})
    recorder.write()
    assert {what for _, what, _ in counts(app)} == {"allowed", "redirected", "joined", "left"}


def test_a_retried_refresh_is_not_counted_twice(app: Flask, owner: Owner, client: Client, recorder: Recorder) -> None:
    token = client.obtain_tokens(owner)["refresh_token"]
    assert client.refresh(token).get_json() == client.refresh(token).get_json()
    recorder.write()
    assert [count for (_, what, _), count in counts(app).items() if what == "refreshed"] == [1]


def test_it_writes_by_itself_a_moment_later(app: Flask, client: Client, recorder: Recorder) -> None:
    recorder.write_after_seconds = 0.05
    recorder.fail(failure(client), "0123456789abcdef")
    deadline = time.monotonic() + 10
    while not events(app) and time.monotonic() < deadline:
        time.sleep(0.05)
    (event,) = events(app)
    assert (event.text, event.origin, event.reference) == ("Wrong.", "203.0.113.0/24", "0123456789abcdef")


def test_equal_failures_of_an_hour_are_one_row_with_a_count(app: Flask, client: Client, recorder: Recorder) -> None:
    for seconds, reference in ((0, "a"), (5, "b"), (3599, "c"), (3600, "d")):
        with time_machine.travel(START + seconds, tick=False):
            recorder.fail(failure(client), reference)
            recorder.write()
    latest, first = events(app)
    assert (first.count, first.at, first.reference) == (3, START + 3599, "c")
    assert (latest.count, latest.at, latest.reference) == (1, START + 3600, "d")


def test_a_flood_of_different_failures_is_sampled(app: Flask, client: Client, recorder: Recorder) -> None:
    with time_machine.travel(START, tick=False):
        recorder.fail(failure(client), "x")
        recorder.write()
        for number in range(500):
            recorder.fail(failure(client, cause="redirect_uri_mismatch", sent=f"https://evil.example/{number:03}"), "x")
            if number % 100 == 0:
                recorder.write()
        recorder.write()
    noted = events(app)
    assert sum(event.count for event in noted) == 501, "every one is counted"
    (rest,) = [event for event in noted if not event.sent and event.cause == "redirect_uri_mismatch"]
    assert (rest.count, rest.text, rest.origin) == (500 - MOST_DIFFERENT, "", "203.0.113.0/24")
    assert counts(app)[20_000, "failed", "token redirect_uri_mismatch"] == 500


def test_a_patient_stranger_cannot_push_out_what_others_sent(app: Flask, client: Client, recorder: Recorder) -> None:
    with time_machine.travel(START, tick=False):
        recorder.fail(failure(client, origin="198.51.100.1"), "genuine")
        recorder.fail(
            failure(client, cause="redirect_uri_mismatch", origin="198.51.100.1", sent="https://a.b"), "genuine"
        )
        recorder.write()
    for hour in range(1, 10):
        with time_machine.travel(START + hour * HOUR, tick=False):
            for number in range(MOST_DIFFERENT):
                uri = f"https://evil.example/{hour}/{number}"
                recorder.fail(failure(client, cause="redirect_uri_mismatch", sent=uri), "x")
            recorder.write()
    noted = events(app)
    assert [event.reference for event in noted].count("genuine") == 2
    assert len(noted) == 2 + MOST_OF_NETWORK


def test_many_networks_are_bounded_too(
    app: Flask, client: Client, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_writing, "MOST_OF_CAUSE", 5)
    assert MOST_OF_CAUSE > 5
    for minute in range(8):
        with time_machine.travel(START + minute * 60, tick=False):
            recorder.fail(failure(client, origin=f"203.0.{minute}.1"), str(minute))
            recorder.write()
    assert [event.reference for event in events(app)] == ["7", "6", "5", "4", "3"]


def test_memory_is_bounded_too(client: Client, recorder: Recorder) -> None:
    recorder._owned.add(client.registered.client_id)
    for number in range(MOST_NOTES + 100):
        recorder.fail(failure(client, cause=f"cause-{number}"), "x")
        recorder.count(number, "refreshed")
    assert len(recorder._failures) == len(recorder._counts) == len(recorder._told_apart) == MOST_NOTES


def test_clients_that_were_made_up_leave_room_for_those_that_exist(
    app: Flask, client: Client, recorder: Recorder
) -> None:
    recorder.fail(failure(client), "first")
    recorder.write()
    for _ in range(MOST_STRANGE + 100):
        recorder.fail(Failure(mint_client_id(), "token", "secret_wrong", "Wrong."), "made up")
    assert len(recorder._failures) == MOST_STRANGE
    recorder.fail(failure(client, cause="code_reuse"), "second")
    recorder.write()
    assert {event.reference for event in events(app)} == {"first", "second"}


def test_what_is_too_old_is_purged(app: Flask, owner: Owner, client: Client, recorder: Recorder) -> None:
    with time_machine.travel(START, tick=False):
        recorder.fail(failure(client), "old")
        client.obtain_code(owner.log_in())
        recorder.write()
    with time_machine.travel(START + (FAILURE_DAYS + 1) * DAY, tick=False):
        recorder.fail(failure(client), "new")
        recorder.write()
        purge_all(app)
    assert [event.reference for event in events(app)] == ["new"]
    assert {day for day, _, _ in counts(app)} == {20_000, 20_031}
    with time_machine.travel(START + (COUNT_DAYS + 1) * DAY, tick=False):
        recorder.fail(failure(client), "x")
        recorder.write()
        purge_all(app)
    assert {day for day, _, _ in counts(app)} == {20_031, 20_091}


def test_notes_of_a_client_that_is_gone_hurt_nobody(app: Flask, client: Client, recorder: Recorder) -> None:
    recorder.count(1, "refreshed")
    recorder.use(1, "127.0.0.1")
    recorder.fail(failure(client), "x")
    recorder.write()
    assert len(events(app)) == 1


def test_a_secrets_last_use_is_known_by_day_and_network(app: Flask, client: Client, recorder: Recorder) -> None:
    with time_machine.travel(START, tick=False):
        client.introspect("x")
        recorder.write()
    with time_machine.travel(START + 60, tick=False):
        client.introspect("x")
        recorder.write()
    with app.app_context(), reading() as session:
        secret = session.scalars(select(ClientSecret)).one()
        assert (secret.last_used_at, secret.last_used_from) == (START, "this machine")
    with time_machine.travel(START + DAY, tick=False):
        client.introspect("x")
        recorder.write()
    with app.app_context(), reading() as session:
        assert session.scalars(select(ClientSecret.last_used_at)).one() == START + DAY


def test_two_that_write_at_once_lose_nothing(app: Flask, client: Client) -> None:
    recorders = [Recorder(app) for _ in range(4)]
    with app.app_context(), reading() as session:
        key = session.scalars(select(ClientRow.id)).one()

    def write(recorder: Recorder) -> None:
        for _ in range(5):
            recorder.count(key, "refreshed")
            recorder.fail(failure(client), "x")
            recorder.write()
        recorder.close()

    threads = [threading.Thread(target=write, args=(recorder,)) for recorder in recorders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.sum(ClientEvent.count)).where(ClientEvent.kind == FAILURE)) == 20
    assert sorted(counts(app).values()) == [20, 20]
