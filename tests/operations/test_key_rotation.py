"""SECRET_KEY is changed while people are signed in: nothing that was begun before ends, until the old key is taken out.

Codes, tokens and mailed links never depended on it.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.config import SettingsError, load_settings
from portal.content.queue import current_queue
from tests.accounts.letters import letters, link_in
from tests.accounts.visitor import Visitor
from tests.developer.playground_visits import Playground, response_of
from tests.factories import make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, answer_of

OLD, NEW = "the key of before, long enough for anybody", "the key of from now on, as long as it must be"


@pytest.fixture
def before(make_app: MakeApp) -> Flask:
    """A node before the change."""
    return make_app(secret_key=OLD)


@pytest.fixture
def during(make_app: MakeApp) -> Flask:
    """A node that signs with the new key and accepts the old one."""
    return make_app(secret_key=NEW, secret_key_fallbacks=OLD)


@pytest.fixture
def after(make_app: MakeApp) -> Flask:
    """A node that knows the new key alone."""
    return make_app(secret_key=NEW)


def moved(browser: FlaskClient, app: Flask, host: str = "localhost") -> FlaskClient:
    """The same browser, whose requests another node answers."""
    other, cookie = app.test_client(), browser.get_cookie("session", domain=host)
    assert cookie
    other.set_cookie("session", cookie.value, domain=host)
    return other


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_earlier_keys_that_are_none_are_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, before: Flask
) -> None:
    monkeypatch.setenv("INSTANCE_PATH", str(before.config["SETTINGS"].instance_path))
    for value, words in (
        ("hunter2", "key 1 has 7 characters"),
        (f'["{OLD}", "hunter2"]', "key 2 has 7 characters"),
        ('["hunter2"', "no JSON list"),
        ("[1]", "no JSON list"),
    ):
        monkeypatch.setenv("SECRET_KEY_FALLBACKS", value)
        with pytest.raises(SettingsError) as refused:
            load_settings()
        assert "\n  SECRET_KEY_FALLBACKS: " in str(refused.value)
        assert words in str(refused.value)
        assert "hunter2" not in str(refused.value)
    for value, keys in ((OLD, [OLD]), (f'["{OLD}", "{NEW}"]', [OLD, NEW]), ("", [])):
        monkeypatch.setenv("SECRET_KEY_FALLBACKS", value)
        assert load_settings().earlier_secret_keys == keys


def test_sessions_open_forms_and_consent_go_on_and_end_with_the_old_key(
    before: Flask, during: Flask, after: Flask
) -> None:
    owner = Owner(before, make_person(before)).log_in()
    client = Client(before, make_client(before, make_person(before)))
    tokens, page = client.obtain_tokens(owner), owner.browser.get(client.request_uri(prompt="consent"))
    owner.browser = moved(owner.browser, during)
    answer = owner.answer(page, "allow")  # its form was signed with the old key
    assert answer.status_code == 303, answer.text
    client.app = during
    assert client.exchange(answer_of(answer)["code"]).status_code == 200
    assert client.call(tokens["access_token"]).status_code == 200
    assert owner.browser.get("/settings/sessions").status_code == 200
    owner.browser = moved(owner.browser, after)
    assert owner.browser.get("/settings/sessions").status_code in {302, 303}
    client.app = after
    assert client.call(tokens["access_token"]).status_code == 200
    assert client.refresh(tokens["refresh_token"]).status_code == 200


def test_nodes_of_both_keys_stand_beside_each_other_while_it_is_rolled_out(make_app: MakeApp) -> None:
    """First every node learns the new key, then every node signs with it."""
    learning = make_app(secret_key=OLD, secret_key_fallbacks=NEW)
    signing = make_app(secret_key=NEW, secret_key_fallbacks=OLD)
    owner = Owner(learning, make_person(learning)).log_in()
    client = Client(learning, make_client(learning, make_person(learning)))
    for node, other in ((learning, signing), (signing, learning)):
        owner.browser = moved(owner.browser, node)
        page = owner.browser.get(client.request_uri(prompt="consent"))
        owner.browser = moved(owner.browser, other)
        assert owner.answer(page, "allow").status_code == 303


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_mailed_links_open_with_the_new_key_alone(before: Flask, after: Flask) -> None:
    person, visitor = make_person(before), Visitor.of(before)
    visitor.send("/reset-password", email=person.email)
    link = link_in(letters(before, person.email)[-1], "/reset-password/new")
    answer = Visitor.of(after).send(link, password="another password entirely")
    assert answer.status_code == 303, answer.text
    assert Visitor.of(after).log_in(person, password="another password entirely").status_code == 303


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_playground_goes_on_in_the_middle_of_its_steps(before: Flask, during: Flask) -> None:
    ada, visitor = make_person(before), Visitor.of(before)
    visitor.log_in(ada)
    playground = Playground(visitor, make_client(before, ada))
    back = playground.consent(playground.authorization_url())
    playground.visitor = Visitor(during, moved(visitor.client, during, "127.0.0.1"))
    page = playground.take(playground.visitor.open(back), "exchange")
    assert '"token_type": "Bearer"' in response_of(page, "exchange")


def test_the_worker_reads_what_was_queued_before_and_nothing_of_a_stranger(
    before: Flask, during: Flask, after: Flask
) -> None:
    def serializer(app: Flask) -> object:
        with app.app_context():
            return current_queue().huey.serializer

    message = serializer(before).serialize({"run": 1})  # type: ignore[attr-defined]
    assert serializer(during).deserialize(message) == {"run": 1}  # type: ignore[attr-defined]
    assert serializer(before).deserialize(message) == {"run": 1}  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="mismatch"):
        serializer(after).deserialize(message)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="mismatch"):
        serializer(before).deserialize(serializer(during).serialize({"run": 1}))  # type: ignore[attr-defined]
