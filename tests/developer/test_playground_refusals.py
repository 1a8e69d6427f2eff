"""What the playground does not do, and for whom."""

import pytest
from flask import Flask
from sqlalchemy import update

from portal.foundation.database import transaction
from portal.oauth.models import Client
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.playground_visits import CALLBACK, Playground, form_of, response_of, step_of
from tests.factories import Person, make_client, make_person


@pytest.fixture
def playground(app: Flask, ada: Person, developer: Visitor) -> Playground:
    return Playground(developer, make_client(app, ada))


@pytest.mark.standard("ContextFile security rule", "65", "Somebody else's app is a 404")
def test_somebody_elses_playground_is_not_there(app: Flask, playground: Playground) -> None:
    stranger = visit_signed_in(app, make_person(app))
    form = form_of(playground.authorize(), "exchange") | {"client_secret": str(playground.registered.client_secret)}
    form["csrf_token"] = stranger.open("/").document.find("input", name="csrf_token")[0]["value"]
    answers = [
        stranger.request(playground.path),
        stranger.request(f"{playground.path}/authorize"),
        stranger.request(playground.path, "POST", data=form),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_nobody_but_the_owner_may_be_sent_to_the_playgrounds_redirect_uri(app: Flask, playground: Playground) -> None:
    answer = visit_signed_in(app, make_person(app)).request(playground.authorization_url())
    assert answer.status_code == 400
    assert "own developer can use the playground" in answer.text


def test_a_stranger_is_asked_to_log_in_first(app: Flask, playground: Playground) -> None:
    for path in (playground.path, f"{playground.path}/authorize", CALLBACK):
        answer = Visitor.of(app).request(path)
        assert answer.status_code == 303
        assert answer.location == f"/login?next={path}"


def test_an_answer_to_another_session_is_not_used(app: Flask, ada: Person, playground: Playground) -> None:
    back = playground.consent(playground.authorization_url())
    elsewhere = visit_signed_in(app, ada)
    answer = elsewhere.request(back)
    assert (answer.status_code, answer.location) == (303, "/developer/oauth-apps")
    page = elsewhere.open(answer.location)
    assert "its state is not ours" in page.text
    assert "cf_ac_" not in page.source


@pytest.mark.parametrize("change", ["altered", "missing", "empty", "of another kind"])
def test_an_answer_whose_state_is_not_ours_is_not_used(playground: Playground, change: str) -> None:
    back = playground.consent(playground.authorization_url())
    before, _, state = back.partition("state=")
    state, _, iss = state.partition("&iss=")
    states = {
        "altered": f"state={state[:-2]}xx&",
        "missing": "",
        "empty": "state=&",
        "of another kind": f"state={form_of(playground.visitor.open(back), 'exchange')['progress']}&",
    }
    answer = playground.visitor.request(f"{before}{states[change]}iss={iss}")
    assert (answer.status_code, answer.location) == (303, "/developer/oauth-apps")


@pytest.mark.parametrize("iss", ["", "&iss=", "&iss=https://evil.example"])
def test_an_answer_of_another_server_is_not_used(playground: Playground, iss: str) -> None:
    back = playground.consent(playground.authorization_url()).partition("&iss=")[0]
    answer = playground.visitor.request(back + iss)
    assert (answer.status_code, answer.location) == (303, playground.path)
    assert "its iss is not ours" in playground.visitor.open(playground.path).text


def test_a_step_without_the_forms_token_is_refused(playground: Playground) -> None:
    page = playground.authorize()
    assert playground.send(page, "exchange", csrf_token="").status_code == 400


@pytest.mark.parametrize("progress", ["", "x", "x" * 300_000, "\0", ".eJw", "é"])
def test_progress_that_was_altered_is_started_again(playground: Playground, progress: str) -> None:
    answer = playground.send(playground.authorize(), "exchange", progress=progress)
    assert (answer.status_code, answer.location) == (303, playground.path)
    assert "nothing was sent" in playground.visitor.open(playground.path).text


def test_progress_of_another_session_or_app_is_started_again(app: Flask, ada: Person, playground: Playground) -> None:
    form = form_of(playground.authorize(), "exchange")
    other = Playground(playground.visitor, make_client(app, ada, name="Another"))
    assert playground.visitor.request(other.path, "POST", data=form).location == other.path
    elsewhere = Playground(visit_signed_in(app, ada), playground.registered)
    answer = elsewhere.send(elsewhere.authorize(), "exchange", progress=form["progress"])
    assert answer.location == playground.path


@pytest.mark.parametrize("step", ["", "authorize", "delete", "\0"])
def test_there_are_no_other_steps(playground: Playground, step: str) -> None:
    form = form_of(playground.authorize(), "exchange") | {"step": step}
    assert playground.visitor.request(playground.path, "POST", data=form).location == playground.path


def test_without_the_secret_nothing_is_sent_and_the_field_says_so(playground: Playground) -> None:
    answer = playground.send(playground.authorize(), "exchange", client_secret=" ")
    page = Page(answer)
    assert page.status == 422
    field = page.document.by_id("step-exchange-secret")
    assert field["aria-invalid"] == "true"
    error = page.document.by_id("step-exchange-secret-error").text
    assert error == "Error: Paste the client secret of Acme Notes; it begins with cf_cs_."
    assert page.summary == [error.removeprefix("Error: ")]
    assert not page.document.find(id="step-exchange-response")
    assert "200 OK" in step_of(playground.take(page, "exchange"), "exchange").text  # the code was not spent


@pytest.mark.parametrize("secret", ["a\0b", "\u202ereversed", "x" * 201])
def test_a_secret_that_cannot_be_one_is_refused_without_repeating_it(playground: Playground, secret: str) -> None:
    answer = playground.send(playground.authorize(), "exchange", client_secret=secret)
    assert answer.status_code == 422
    assert secret not in answer.text


def test_a_wrong_secret_is_the_servers_to_refuse_and_the_code_survives_it(app: Flask, playground: Playground) -> None:
    other = make_client(app, make_person(app))
    page = playground.take(playground.authorize(), "exchange", client_secret=str(other.client_secret))
    assert "invalid_client" in response_of(page, "exchange")
    assert "401 Unauthorized" in step_of(page, "exchange").text
    assert "Paste the client secret again" in step_of(page, "exchange").text
    assert "200 OK" in step_of(playground.take(page, "exchange"), "exchange").text


def test_a_suspended_app_is_explained_and_refused(app: Flask, ada: Person, playground: Playground) -> None:
    page = playground.connect()
    suspend(app, playground)
    assert "is suspended" in playground.visitor.open(playground.path).text
    assert playground.visitor.request(playground.authorization_url()).status_code == 400
    assert "401 Unauthorized" in step_of(playground.take(page, "refresh"), "refresh").text


def suspend(app: Flask, playground: Playground) -> None:
    """As the danger zone does it."""
    with app.app_context(), transaction() as session:
        session.execute(
            update(Client).where(Client.client_id == playground.registered.client_id).values(suspended_at=1)
        )
