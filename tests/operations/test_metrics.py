"""What Prometheus reads: only it may, every figure is right for the node, and the guide names each."""

import re
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from tests.fixtures.applications import MakeApp
from tests.fixtures.forms import hidden
from tests.fixtures.loopback import free_port
from tests.fixtures.valkey import Valkey
from tests.oauth.parties import meet

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TOKEN = "a token that only Prometheus has, of 32 or more"
GUIDE = Path(__file__).parents[2] / "portal" / "docs" / "prose" / "deployment.md"
Figure = dict[tuple[str, ...], float]


def scrape(app: Flask) -> str:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    return answer.text


def figure(text: str, name: str) -> Figure:
    """A metric's values, by those of its labels in the order of their names."""
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == f"contextfile_{name}"
    }


def may_read(app: Flask, address: str = "127.0.0.1", **headers: str) -> bool:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get("/metrics", headers=sent, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code in {200, 404}
    assert ("contextfile_" in answer.text) == (answer.status_code == 200)
    return answer.status_code == 200


def test_without_a_token_only_programs_of_this_machine_may_read_them(make_app: MakeApp) -> None:
    app = make_app()
    assert not may_read(app, "192.0.2.1")
    for name in ("X_Forwarded_For", "Forwarded", "Via"):
        assert not may_read(app, **{name: "127.0.0.1"})
    assert not may_read(app, Host="rebound.attacker.example"), "a page that has pointed its name to this machine"
    assert not may_read(make_app(trusted_proxies=1))
    assert not may_read(make_app(public_url="https://id.example"))
    assert may_read(app)
    assert may_read(app, "::1")


def test_with_a_token_only_who_sends_it_may_read_them(make_app: MakeApp) -> None:
    app = make_app(metrics_token=TOKEN, public_url="https://id.example", trusted_proxies=1)
    assert not may_read(app)
    for wrong in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer ", "Bearer ä"):
        assert not may_read(app, Authorization=wrong)
    assert may_read(app, "192.0.2.1", Authorization=f"Bearer {TOKEN}")


def test_requests_are_counted_by_endpoint_and_never_by_address(make_app: MakeApp) -> None:
    app = make_app()
    client = app.test_client()
    for path in ("/login?canary=1", "/canary/of-an-address", "/.canary", "/developer/oauth-apps/canary"):
        client.get(path, headers={"X-Canary": "canary"})
    client.open("/login", method="CANARY")
    client.options("/api/oauth/token")
    text = scrape(app)
    assert "canary" not in text.lower()
    assert figure(text, "requests_total") == {
        ("accounts.log_in", "2xx"): 1,
        ("developer.app", "3xx"): 1,
        ("preflight", "2xx"): 1,
        ("unknown", "4xx"): 3,
    }
    times = figure(text, "request_seconds_bucket")
    assert times["accounts.log_in", "+Inf"] == 1 == figure(text, "request_seconds_count")["accounts.log_in",]
    assert times["accounts.log_in", "0.0005"] == 0, "no page is as quick"
    assert 0 < figure(text, "request_seconds_sum")["accounts.log_in",] < 10


def use_tokens(app: Flask) -> None:
    """Every event once, or as often as it says: two consents, one exchange, two refreshes, one retry, one reuse."""
    owner, client = meet(app)
    owner.answer(owner.browser.get(client.request_uri()), "deny")
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    client.refresh(first["refresh_token"])
    third = client.refresh(second["refresh_token"]).get_json()
    client.introspect(third["access_token"])
    client.introspect("unknown")
    client.revoke(third["access_token"])
    client.refresh(first["refresh_token"])
    client.refresh(third["refresh_token"], client_secret="cf_cs_wrong")
    client.send("/api/oauth/token", grant_type="refresh_token")
    owner.browser.get(client.request_uri(redirect_uri="https://elsewhere.example/"))


def test_what_becomes_of_tokens_and_consents_is_counted_and_each_refusal_by_its_cause(make_app: MakeApp) -> None:
    app = make_app()
    before = scrape(app)
    assert set(figure(before, "tokens_total").values()) == {0}, "what never was is there all the same"
    use_tokens(app)
    text = scrape(app)
    assert figure(text, "tokens_total") == {
        ("exchanged",): 1,
        ("refreshed",): 2,
        ("retried",): 1,
        ("introspected",): 2,
        ("revoked",): 1,
    }
    assert figure(text, "consents_total") == {("allowed",): 1, ("denied",): 1, ("withdrawn",): 0}
    assert figure(text, "oauth_errors_total") == {
        ("refresh_token_reuse", "refresh"): 1,
        ("secret_malformed", "refresh"): 1,
        ("client_unnamed", "refresh"): 1,
        ("redirect_uri_mismatch", "authorize"): 1,
    }
    owner, client = meet(app)
    for secret in (owner.person.email, client.registered.client_id, client.redirect_uri):
        assert secret not in text


def test_attempts_to_log_in_are_counted_by_their_end(make_app: MakeApp) -> None:
    app = make_app(rate_limits=True)
    owner, _ = meet(app)
    browser = app.test_client()
    csrf_token = hidden(browser.get("/login").text, "csrf_token")
    for password in [*["wrong-password"] * 11]:
        form = {"csrf_token": csrf_token, "email": owner.person.email, "password": password}
        browser.post("/login", data=form)
    other = app.test_client()
    form = {"csrf_token": hidden(other.get("/login").text, "csrf_token"), "password": owner.person.password}
    other.post("/login", data={**form, "email": owner.person.email}, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert figure(scrape(app), "sign_ins_total") == {("refused",): 10, ("paused",): 1, ("succeeded",): 1}


def test_without_its_database_a_node_still_tells_what_it_knows(make_app: MakeApp) -> None:
    app = make_app(database_url=f"postgresql://portal:hunter2@127.0.0.1:{free_port()}/portal")
    app.test_client().get("/healthz")
    text = scrape(app)
    assert figure(text, "database_up") == {(): 0}
    assert figure(text, "requests_total")["health.healthz", "2xx"] == 1
    assert "hunter2" not in text
    assert not figure(text, "mails_waiting")


def test_a_disk_that_takes_nothing_costs_no_figure_of_the_process_that_is_asked(
    make_app: MakeApp, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "metrics").write_text("a file where the folder should be")
    app = make_app()
    app.test_client().get("/healthz")
    assert figure(scrape(app), "requests_total")["health.healthz", "2xx"] == 1
    assert figure(scrape(app), "requests_total")["health.healthz", "2xx"] == 1
    said = [record for record in caplog.records if record.name == "portal.foundation.measures"]
    assert len(said) == 1


def described() -> dict[str, tuple[str, set[str]]]:
    rows = re.findall(r"^\| `(contextfile_\w+)` \| (\w+) \|([^|]*)\|", GUIDE.read_text("utf-8"), re.MULTILINE)
    return {name: (kind, set(re.findall("`([^`]+)`", labels))) for name, kind, labels in rows}


def test_the_guide_names_every_metric_with_its_type_and_labels(make_app: MakeApp, valkey: Valkey) -> None:
    app = make_app(redis_url=valkey.url, rate_limits=True)
    use_tokens(app)
    found: dict[str, tuple[str, set[str]]] = {}
    for family in text_string_to_metric_families(scrape(app)):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        found[name] = family.type, labels
    assert found == described()


def test_figures_are_in_the_form_that_the_reader_asks_for(make_app: MakeApp) -> None:
    client = make_app().test_client()
    assert client.get("/metrics").headers["Content-Type"].startswith("text/plain; version=")
    openmetrics = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert openmetrics.headers["Content-Type"].startswith("application/openmetrics-text")
    assert openmetrics.text.endswith("# EOF\n")
    assert openmetrics.headers["Cache-Control"] == "no-store"
