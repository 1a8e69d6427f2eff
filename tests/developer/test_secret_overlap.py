"""Old and new secret at the token endpoint, before and after the time that was stated; and which one may go."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from portal.developer.apps import RegisteredApp
from tests.accounts.visitor import Visitor
from tests.developer.app_form import assert_works
from tests.developer.client_secrets import DAY, HOUR, NOW, Secrets
from tests.factories import Person, make_client
from tests.oauth.parties import Client, Owner


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def secrets(app: Flask, ada: Person, developer: Visitor) -> Secrets:
    """Ada's app, with the one secret that it was registered with."""
    return Secrets(app, developer, make_client(app, ada))


@pytest.mark.standard("ContextFile security rule", "63", "After a rotation the old secret stops at the stated time")
@pytest.mark.parametrize(("stops", "seconds"), [("0", 0), ("3600", HOUR), ("86400", DAY), ("604800", 7 * DAY)])
def test_the_old_secret_refreshes_until_the_stated_time_and_not_after(
    app: Flask, ada: Person, secrets: Secrets, clock: time_machine.Traveller, stops: str, seconds: int
) -> None:
    old = Client(app, secrets.registered)
    token = old.obtain_tokens(Owner(app, ada).log_in())["refresh_token"]
    new = Client(app, RegisteredApp(secrets.client_id, secrets.make(stops=stops)))

    def refresh(client: Client) -> int:
        nonlocal token
        answer = client.refresh(token)
        token = answer.get_json().get("refresh_token", token)
        return answer.status_code

    if seconds:
        clock.shift(seconds - 1)
        assert refresh(old) == 200
        assert refresh(new) == 200
        clock.shift(1)
    assert refresh(old) == 401
    assert "replaced" in old.refresh(token).get_json()["error_description"]
    assert refresh(new) == 200


def test_a_later_choice_does_not_let_the_old_secret_live_longer_than_was_stated(
    app: Flask, secrets: Secrets, clock: time_machine.Traveller
) -> None:
    secrets.set(secrets.first[-4:], expires_at=NOW + HOUR)
    page = secrets.developer.open(secrets.path)
    assert "It stops in 1 h in any case" in page.text
    secrets.make(stops="604800")
    clock.shift(HOUR)
    assert_works(app, secrets.client_id, secrets.first, 401)


def test_the_page_tells_when_a_secret_was_last_used_from_where_and_when_it_stops(secrets: Secrets) -> None:
    assert "Created 15 Jan 2027. Never used." in secrets.developer.open(secrets.path).text
    second = secrets.make()
    secrets.set(second[-4:], last_used_at=NOW - 3 * DAY, last_used_from="192.0.2.0/24")
    page = secrets.developer.open(secrets.path)
    assert "Last used 12 Jan 2027 from 192.0.2.0/24." in page.text
    assert "Stops in 24 h" in page.text
    (moment,) = page.document.find("time", datetime="2027-01-16T08:00:00+00:00")
    assert moment.text == "16 Jan 2027, 08:00 UTC"


@pytest.mark.parametrize(
    ("created", "used", "hint"),
    [
        (30 * DAY, 7 * DAY, "Not used for 7 days: safe to retire."),
        (9 * DAY, None, "Not used for 9 days: safe to retire."),
        (30 * DAY, 7 * DAY - 1, None),
        (6 * DAY, None, None),
    ],
)
def test_a_secret_that_nothing_has_used_for_a_week_is_safe_to_retire_if_there_is_another(
    secrets: Secrets, created: int, used: int | None, hint: str | None
) -> None:
    values = {"created_at": NOW - created, "last_used_at": None if used is None else NOW - used}
    secrets.set(secrets.first[-4:], **values)
    assert "safe to retire" not in secrets.developer.open(secrets.path).text
    secrets.make()
    text = secrets.developer.open(secrets.path).text
    assert hint in text if hint else "safe to retire" not in text
