"""When client documents are fetched, for how long they are kept, and how little a visitor can make of it."""

import threading
import time

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from portal.config import Settings, SettingsError, load_settings
from portal.foundation import clock
from portal.foundation.database import transaction
from portal.oauth.client_documents import keep
from portal.oauth.client_metadata import read_client_metadata
from portal.oauth.clients import find_client_to_authorize
from portal.oauth.models import Client as StoredClient
from tests.factories import make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.document_server import DocumentServer
from tests.fixtures.purging import purge_all
from tests.fixtures.statements import cost
from tests.oauth.parties import Client, Owner
from tests.oauth.publishers import Publisher, count_stored, refusal

OTHER_URI = "https://client.example/other"
WELL_KNOWN = "/.well-known/oauth-authorization-server"


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The server of a developer's machine, which fetches from it too."""
    return make_app(client_documents_loopback=True)


@pytest.fixture
def publisher(document_server: DocumentServer) -> Publisher:
    return Publisher(document_server)


@pytest.fixture
def client(app: Flask, publisher: Publisher) -> Client:
    return publisher.client(app)


@pytest.fixture
def owner(app: Flask) -> Owner:
    return Owner(app, make_person(app)).log_in()


@pytest.mark.standard("Client ID Metadata Document", "Metadata Caching", "Kept as the headers say, within bounds")
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], 3600),
        (["Cache-Control: max-age=7200"], 7200),
        (["Cache-Control: max-age=1"], 300),
        (["Cache-Control: no-store"], 300),
        (["Cache-Control: max-age=31536000"], 86400),
        (["Expires: 0"], 300),
    ],
)
def test_it_is_kept_as_long_as_its_headers_say_within_bounds(
    owner: Owner, client: Client, publisher: Publisher, headers: list[str], seconds: int
) -> None:
    """Metadata Caching; RFC 9111."""
    publisher.publish(*headers)
    start = clock.now()
    with time_machine.travel(start, tick=False) as now:
        for moment, fetches in ((0, 1), (seconds - 1, 1), (seconds, 2), (seconds + 1, 2)):
            now.move_to(start + moment)
            assert owner.browser.get(client.request_uri()).status_code == 200
            assert len(publisher.server.requests) == fetches


@pytest.mark.standard("Client ID Metadata Document", "Changes in Client Metadata", "In effect when the old one expired")
def test_what_the_document_says_now_takes_effect_when_the_old_one_has_expired(
    app: Flask, owner: Owner, client: Client, publisher: Publisher
) -> None:
    """Changes in Client Metadata."""
    start = clock.now()
    owner.browser.get(client.request_uri())
    publisher.publish(redirect_uris=[OTHER_URI], client_name="Pocket Editor")
    renamed = publisher.client(app, redirect_uri=OTHER_URI)
    assert "is not one that this app has registered" in refusal(owner, renamed)
    with time_machine.travel(start + 3500):
        held = owner.browser.get(client.request_uri())
    with time_machine.travel(start + 3601):
        assert "Pocket Editor" in owner.browser.get(renamed.request_uri()).text
        assert "list this one in the client document" in refusal(owner, client)
        assert renamed.obtain_tokens(owner)
        assert "has removed this redirect URI" in owner.answer(held, "allow").text
    assert count_stored(app) == 1


def test_an_expired_document_that_cannot_be_fetched_is_not_used_but_its_tokens_live(
    owner: Owner, client: Client, publisher: Publisher
) -> None:
    tokens = client.obtain_tokens(owner)
    publisher.server.close()
    assert owner.browser.get(client.request_uri()).status_code == 200
    with time_machine.travel(clock.now() + 3601):
        assert "cannot be fetched. The host cannot be connected to" in refusal(owner, client)
        assert client.refresh(tokens["refresh_token"]).status_code == 200


def test_a_suspended_client_is_refused_and_not_fetched_again(
    app: Flask, owner: Owner, client: Client, publisher: Publisher
) -> None:
    owner.browser.get(client.request_uri())
    with app.app_context(), transaction() as session:
        session.execute(update(StoredClient).values(suspended_at=clock.now()))
    with time_machine.travel(clock.now() + 7 * 86400):
        assert "This app is suspended" in refusal(Owner(app, make_person(app)).log_in(), client)
    assert len(publisher.server.requests) == 1


def test_a_kept_document_costs_what_any_client_costs(app: Flask, client: Client) -> None:
    visitor = Owner(app, make_person(app))
    visitor.browser.get(client.request_uri())
    assert cost(app, lambda: visitor.browser.get(client.request_uri())) == ["SELECT"]


def test_first_requests_at_the_same_time_fetch_once_and_none_fails(
    app: Flask, client: Client, publisher: Publisher
) -> None:
    publisher.server.pieces = [0.3, *publisher.server.pieces]
    together, statuses = threading.Barrier(4), []

    def visit() -> None:
        browser = app.test_client()
        together.wait()
        statuses.append(browser.get(client.request_uri()).status_code)

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 4, "each is asked to sign in"
    assert len(publisher.server.requests) == 1
    assert count_stored(app) == 1


def test_two_processes_that_keep_the_same_first_document_do_not_fail(app: Flask, publisher: Publisher) -> None:
    """Each process has its own lock; what both meet is the unique client ID."""
    metadata = read_client_metadata({"redirect_uris": [OTHER_URI], "token_endpoint_auth_method": "none"})
    together, failures = threading.Barrier(8), []

    def write() -> None:
        try:
            with app.app_context():
                together.wait()
                keep(publisher.url, metadata, clock.now() + 300)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test must know)
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count_stored(app) == 1
    with app.app_context():
        client = find_client_to_authorize(publisher.url)
    assert client
    assert client.redirect_uris == (OTHER_URI,)


def test_slow_hosts_do_not_hold_more_than_two_requests(app: Flask, document_server: DocumentServer) -> None:
    document_server.pieces = [3.0]
    slow = [Publisher(document_server, f"/{i}.json") for i in range(2)]
    document_server.pieces = [3.0]
    threads = [threading.Thread(target=app.test_client().get, args=(p.client(app).request_uri(),)) for p in slow]
    for thread in threads:
        thread.start()
    while len(document_server.requests) < 2:
        time.sleep(0.01)
    start = time.monotonic()
    visitor = Owner(app, make_person(app))
    other = Publisher(document_server, "/other.json").client(app)
    assert "Other client documents are being fetched right now" in refusal(visitor, other)
    assert time.monotonic() - start < 2.5
    for thread in threads:
        thread.join()


def test_a_visitor_can_have_ten_fetched_in_a_minute_and_a_host_be_asked_thirty_times(
    make_app: MakeApp, document_server: DocumentServer
) -> None:
    app = make_app(client_documents_loopback=True, rate_limits=True)

    def visit(number: int, visitor: str) -> str:
        uri = Publisher(document_server, f"/{number}.json").client(app).request_uri()
        return app.test_client().get(uri, environ_base={"REMOTE_ADDR": visitor}, follow_redirects=True).text

    refused = [number for number in range(12) if "Too many client documents" in visit(number, "192.0.2.1")]
    assert refused == [10, 11]
    assert "Log in" in visit(0, "192.0.2.1"), "what is kept is not fetched"
    refused = [number for number in range(12, 42) if "Too many" in visit(number, f"192.0.2.{number}")]
    assert refused == list(range(32, 42))
    assert len(document_server.requests) == 30


def test_clients_that_nobody_allowed_are_forgotten(
    app: Flask, owner: Owner, client: Client, document_server: DocumentServer
) -> None:
    client.obtain_tokens(owner)
    for number in range(3):
        owner.browser.get(Publisher(document_server, f"/{number}.json").client(app).request_uri(prompt="none"))
    assert count_stored(app) == 4
    with time_machine.travel(clock.now() + 3600 + 86400 + 1):
        app.test_client().get(Publisher(document_server, "/new.json").client(app).request_uri())
        purge_all(app)
    assert count_stored(app) == 2, "the one that is allowed, and the new one"


def test_names_are_inert(owner: Owner, client: Client, publisher: Publisher) -> None:
    """OWASP ASVS 1.2.1."""
    publisher.publish(client_name="<script>alert(1)</script>\"'", client_uri="https://a.example/?'onx=")
    client.obtain_tokens(owner)
    for path in (client.request_uri(), "/settings/connected-apps"):
        page = owner.browser.get(path)
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>alert" not in page.text
        assert "'onx=" not in page.text


@pytest.mark.standard("Client ID Metadata Document", "Authorization Server Metadata", "The flag says what works")
def test_metadata_says_whether_documents_are_served(make_app: MakeApp, publisher: Publisher) -> None:
    """Authorization Server Metadata."""
    assert make_app().test_client().get(WELL_KNOWN).get_json()["client_id_metadata_document_supported"] is True
    app = make_app(client_documents=False, client_documents_loopback=True)
    assert "client_id_metadata_document_supported" not in app.test_client().get(WELL_KNOWN).get_json()
    assert "takes no URL as client ID" in refusal(Owner(app, make_person(app)), publisher.client(app))
    assert publisher.server.requests == []


def test_the_development_setting_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().client_documents_loopback is False
    for name, value in (("PUBLIC_URL", "https://id.example"), ("CLIENT_DOCUMENTS_LOOPBACK", "on")):
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="CLIENT_DOCUMENTS_LOOPBACK: strangers could reach"):
        load_settings()
