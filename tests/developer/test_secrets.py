"""Client secrets are rotated with an overlap and revoked at once; what a form may not do comes first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask

from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_buttons import form_of, landed, press, revoke, values_of
from tests.developer.app_form import APPS, SECRET, assert_works, credentials, registered
from tests.developer.client_secrets import HOUR, NOW, Secrets
from tests.factories import Person, make_client, make_person


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def secrets(app: Flask, ada: Person, developer: Visitor) -> Secrets:
    """Ada's app, with the one secret that it was registered with."""
    return Secrets(app, developer, make_client(app, ada))


def test_nobody_else_can_make_or_revoke_an_apps_secret(app: Flask, developer: Visitor, secrets: Secrets) -> None:
    stranger = visit_signed_in(app, make_person(app))
    own = make_client(app, make_person(app))
    page = developer.open(secrets.path)
    key = form_of(page, "/revoke")["action"].split("/")[-2]
    token = values_of(form_of(stranger.open("/"), "/logout"))
    for path in ("", f"/{key}/revoke", "/1/revoke"):
        for client_id in (secrets.client_id, own.client_id, "cf_app_x"):
            answer = stranger.request(f"{APPS}/{client_id}/secrets{path}", "POST", data=token)
            assert answer.status_code == 404
    assert secrets.last_fours() == [secrets.first[-4:]]


def test_rotation_and_revocation_need_a_recent_log_in(
    developer: Visitor, secrets: Secrets, clock: time_machine.Traveller
) -> None:
    assert "You will be asked to log in again" not in developer.open(secrets.path).text
    clock.shift(301)
    assert "You will be asked to log in again" in developer.open(secrets.path).text
    for answer in (secrets.rotate(), revoke(developer, secrets.client_id, secrets.first[-4:])):
        assert answer.location == f"/login?next={secrets.path}"
    assert secrets.last_fours() == [secrets.first[-4:]]


@pytest.mark.parametrize("stops", ["", "60", "86400.0", "-1", "\0", "١", "x" * 9000, "9" * 40])
def test_another_time_than_those_offered_is_refused_by_its_value(secrets: Secrets, stops: str) -> None:
    page = Page(secrets.rotate(stops=stops))
    assert page.status == 422
    assert f"“{stops}” is not a time to choose" in page.document.find(role="alert")[0].text
    assert page.document.by_id("stops-error")
    assert secrets.last_fours() == [secrets.first[-4:]]


@pytest.mark.parametrize("field", ["once", "seen"])
def test_a_form_that_lacks_a_field_changes_nothing(secrets: Secrets, field: str) -> None:
    assert secrets.rotate(**{field: None}).status_code == 422
    assert secrets.last_fours() == [secrets.first[-4:]]


@pytest.mark.parametrize("token", ["", "\0" * 22, "x" * 21, "x" * 9000, "\ud800" * 22, "é" * 22])
def test_a_one_time_token_that_no_page_has_given_changes_nothing(secrets: Secrets, token: str) -> None:
    sent = token.encode("utf-8", "surrogatepass")
    assert secrets.rotate(once=sent).status_code == 422
    assert secrets.rotate(seen=sent).status_code == 422
    assert secrets.last_fours() == [secrets.first[-4:]]


def test_a_public_app_has_no_secret_and_gets_none(
    app: Flask, ada: Person, developer: Visitor, secrets: Secrets
) -> None:
    client_id = make_client(app, ada, type="public").client_id
    page = developer.open(f"{APPS}/{client_id}")
    assert "it proves itself with PKCE" in page.text
    assert "Rotate" not in page.text
    form = values_of(form_of(developer.open(secrets.path), "/secrets"))
    answer = developer.request(f"{APPS}/{client_id}/secrets", "POST", data=form)
    assert "A public app has no client secret" in landed(developer, answer).text


def test_two_live_secrets_are_the_most_and_the_page_says_which_to_revoke(developer: Visitor, secrets: Secrets) -> None:
    form = values_of(form_of(developer.open(secrets.path), "/secrets"))
    second = secrets.make()
    page = developer.open(secrets.path)
    assert not [form for form in page.document.find("form") if form["action"].endswith("/secrets")]
    assert f"revoke one first, such as cf_cs_…{secrets.first[-4:]}, the older" in page.text
    form |= {"seen": secrets.latest_change(), "once": "a" * 22}
    refused = landed(developer, developer.request(f"{secrets.path}/secrets", "POST", data=form))
    assert f"Revoke cf_cs_…{secrets.first[-4:]} (the older) or {second[-4:]} first" in refused.text
    assert secrets.last_fours() == [secrets.first[-4:], second[-4:]]


def test_a_form_that_is_sent_again_neither_shows_the_secret_nor_makes_another(
    developer: Visitor, secrets: Secrets
) -> None:
    page = developer.open(secrets.path)
    second = credentials(Page(press(developer, page, "/secrets")))[1] or ""
    again = press(developer, page, "/secrets")
    assert not SECRET.search(again.text)
    assert "already sent" in landed(developer, again).text
    revoke(developer, secrets.client_id, second[-4:])
    assert "already sent" in landed(developer, press(developer, page, "/secrets")).text
    assert secrets.last_fours() == [secrets.first[-4:]]


def test_a_form_about_secrets_that_have_changed_since_stops_none_of_them(developer: Visitor, secrets: Secrets) -> None:
    page = developer.open(secrets.path)
    second = secrets.make(stops="0")
    assert "changed since" in landed(developer, press(developer, page, "/secrets", once="b" * 22)).text
    assert secrets.last_fours() == [second[-4:]]


def test_of_two_rotations_at_once_one_makes_a_secret(app: Flask, ada: Person, secrets: Secrets) -> None:
    visitors = [visit_signed_in(app, ada) for _ in range(2)]
    pages = [visitor.open(secrets.path) for visitor in visitors]
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(press, *pair, "/secrets") for pair in zip(visitors, pages, strict=True)]
        answers = [answer.result() for answer in sent]
    assert sorted(answer.status_code for answer in answers) == [200, 303]
    assert len(secrets.last_fours()) == 2


def test_a_new_secret_is_shown_once_and_works_beside_the_old(developer: Visitor, secrets: Secrets) -> None:
    answer = secrets.rotate()
    page = Page(answer)
    second = credentials(page)[1] or ""
    assert answer.headers["Cache-Control"] == "no-store"
    assert "You will not see this again" in page.text
    assert page.document.by_id("environment").text.endswith(f"CONTEXTFILE_CLIENT_SECRET={second}")
    assert f"The old secret, cf_cs_…{secrets.first[-4:]}, goes on working for 24 h" in page.text
    assert secrets.path in page.links
    source = developer.open(secrets.path).source
    assert second not in source
    assert second[-4:] in source
    assert "_flashes" not in developer.session()


def test_an_app_without_a_live_secret_gets_one(developer: Visitor, secrets: Secrets) -> None:
    told = landed(developer, revoke(developer, secrets.client_id, secrets.first[-4:])).text
    assert "No server of yours can exchange or refresh until you create a new one" in told
    page = developer.open(secrets.path)
    assert "None is live" in page.text
    assert "Create a client secret" in [button.text for button in page.document.find("button")]
    new = secrets.make()
    assert_works(secrets.app, secrets.client_id, new)


def test_revoking_ends_that_secret_alone_and_says_what_follows(
    app: Flask, developer: Visitor, secrets: Secrets
) -> None:
    only = developer.open(secrets.path)
    assert "no server of yours can exchange or refresh" in form_of(only, "/revoke").text
    second = secrets.make()
    told = landed(developer, revoke(developer, secrets.client_id, secrets.first[-4:])).text
    assert f"cf_cs_…{secrets.first[-4:]} is revoked" in told
    assert "No server of yours" not in told
    assert_works(app, secrets.client_id, secrets.first, 401)
    assert_works(app, secrets.client_id, second)
    assert secrets.last_fours() == [second[-4:]]


def test_a_secret_that_is_gone_cannot_be_revoked_again(developer: Visitor, secrets: Secrets) -> None:
    page = developer.open(secrets.path)
    press(developer, page, "/revoke")
    assert "already revoked" in landed(developer, press(developer, page, "/revoke")).text


def test_an_expired_secret_is_not_shown_and_goes_when_the_next_is_made(
    app: Flask, ada: Person, secrets: Secrets, clock: time_machine.Traveller
) -> None:
    second = secrets.make(stops="3600")
    clock.shift(HOUR)
    secrets.developer = visit_signed_in(app, ada)
    assert f"…{secrets.first[-4:]}" not in secrets.developer.open(secrets.path).text
    third = secrets.make()
    (client,) = registered(app)
    assert {row.last_four for row in client.secrets} == {second[-4:], third[-4:]}


def test_every_change_is_noted_with_the_last_four_and_when_the_old_one_stops(
    secrets: Secrets, clock: time_machine.Traveller
) -> None:
    second = secrets.make()
    clock.shift(1)
    revoke(secrets.developer, secrets.client_id, second[-4:])
    clock.shift(1)
    third = secrets.make(stops="0")
    first = secrets.first[-4:]
    assert secrets.events() == [
        f"Ada Lovelace: Made cf_cs_…{second[-4:]}; cf_cs_…{first} stops on 16 Jan 2027, 08:00 UTC",
        f"Ada Lovelace: Revoked cf_cs_…{second[-4:]}; it stopped at once",
        f"Ada Lovelace: Made cf_cs_…{third[-4:]}; cf_cs_…{first} stopped at once",
    ]
