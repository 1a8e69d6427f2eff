"""The mails of a development server: for this machine's users alone, and whatever is in them does nothing."""

from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from portal.foundation.mail_transport import mail_folder
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor
from tests.developer.test_app_pages import assert_inert
from tests.fixtures.applications import MakeApp
from tests.fixtures.browsers import OpenPage, assert_accessible
from tests.fixtures.servers import LiveServer
from tests.foundation.letters import deliver, put, ready

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
INBOX = "/development/mail"


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return ready(make_app())


@pytest.fixture
def here(app: Flask) -> Visitor:
    """A browser on this machine."""
    return Visitor.of(app, address="127.0.0.1")


def names(app: Flask) -> list[str]:
    folder: Path = mail_folder(app.config["SETTINGS"])
    return [file.stem for file in sorted(folder.glob("*.eml"))]


def paths(app: Flask) -> list[str]:
    put(app)
    deliver(app)
    (name,) = names(app)
    return [INBOX, f"{INBOX}/{name}", f"{INBOX}/{name}/html"]


@pytest.mark.parametrize("settings", [{"public_url": "https://id.example"}, {"smtp_url": "smtps://mail.example"}])
def test_in_production_and_with_a_mail_server_there_is_no_such_page(
    make_app: MakeApp, settings: dict[str, str]
) -> None:
    app = make_app(**settings)
    assert Visitor.of(app, address="127.0.0.1").request(INBOX).status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(INBOX)]


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "::ffff:127.0.0.1", "2001:db8::1", ""])
def test_nobody_elses_machine_sees_them(app: Flask, address: str) -> None:
    for path in paths(app):
        assert Visitor.of(app, address=address).request(path).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host"])
def test_nobody_who_comes_by_a_proxy_or_tunnel_of_this_machine_sees_them(
    app: Flask, here: Visitor, header: str
) -> None:
    for path in paths(app):
        assert here.request(path, headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("host", ["evil.example:5000", "127.0.0.1.evil.example", "evil.example:127.0.0.1", "[::1", ""])
def test_no_web_page_whose_host_was_pointed_to_this_machine_reads_them(app: Flask, host: str) -> None:
    for path in paths(app):
        answer = app.test_client().get(path, headers={"Host": host}, environ_base={"REMOTE_ADDR": "127.0.0.1"})
        assert answer.status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost:8000", "[::1]:5000", "localhost"])
def test_this_machines_own_hosts_do(app: Flask, host: str) -> None:
    for path in paths(app):
        answer = app.test_client().get(path, headers={"Host": host}, environ_base={"REMOTE_ADDR": "::1"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../secret_key", "..%2Fsecret_key", "%2e%2e%2fsecret_key", "x", "000000000000-000001-0000000000000000",
        "000000000000-000001-0000000000000000%00", "٠٠٠٠٠٠٠٠٠٠٠٠-000001-0000000000000000", "*",
        "000000000000-000001-0000000000000000.eml", "..%5Csecret_key", "%0A",
    ],
)  # fmt: skip
def test_no_other_file_can_be_named(app: Flask, here: Visitor, name: str) -> None:
    folder: Path = mail_folder(app.config["SETTINGS"])
    folder.mkdir(parents=True)
    (folder.parent / "secret_key").write_text("the key")
    for path in (f"{INBOX}/{name}", f"{INBOX}/{name}/html"):
        answer = here.request(path)
        assert answer.status_code == 404
        assert "the key" not in answer.text


def test_it_says_so_when_there_is_none(here: Visitor) -> None:
    assert "No mail yet" in here.open(INBOX).text


def test_what_was_just_sent_is_there_the_latest_first(app: Flask, here: Visitor) -> None:
    for second, name in enumerate(("one", "two", "three")):
        with time_machine.travel(1_732_450_000 + second, tick=False):
            put(app, name)
    page = here.open(INBOX)
    assert [heading.text for heading in page.document.find("h2")] == ["Hello three", "Hello two", "Hello one"]
    assert page.text.count("to ada@people.example") == 3
    mail = here.open(f"{INBOX}/{names(app)[-1]}")
    assert "Hello three" in mail.title


def test_its_text_has_its_links(app: Flask, here: Visitor) -> None:
    page = here.open(paths(app)[1])
    (link,) = [link for link in page.links if "/come?key=" in link]
    assert link.startswith("http://127.0.0.1:5000/come?key=")
    assert "https://portal.example/undo" in page.links
    for words in ("ada@people.example", "no-reply@", "Ada is welcome.", "Was this not you?"):
        assert words in page.text


def test_its_html_runs_and_loads_nothing_and_only_our_pages_frame_it(app: Flask, here: Visitor) -> None:
    _, page, html = paths(app)
    answer = here.request(html)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy.replace("allow-scripts", "script")
    assert "allow-same-origin" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in answer.text
    (frame,) = here.open(page).document.find("iframe")
    assert frame["src"] == html
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert frame["title"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"])
def test_a_hostile_name_is_words(app: Flask, here: Visitor, name: str) -> None:
    put(app, name)
    deliver(app)
    for path in (INBOX, f"{INBOX}/{names(app)[0]}"):
        page = here.open(path)
        assert name in page.text
        assert_inert(page)


def test_a_mail_that_is_broken_breaks_no_page(app: Flask, here: Visitor) -> None:
    folder: Path = mail_folder(app.config["SETTINGS"])
    folder.mkdir(parents=True)
    unknown = b"Subject: =?utf-8?b?////?=\nContent-Type: text/plain; charset=nonsense\n\nx"
    for number, content in enumerate((b"", b"\xff\xfe\0", unknown)):
        (folder / f"{number:012}-000001-{number:016x}.eml").write_bytes(content)
    assert len(here.open(INBOX).document.find("h2")) == 3
    for name in names(app):
        assert here.request(f"{INBOX}/{name}").status_code == 200
        assert here.request(f"{INBOX}/{name}/html").status_code == 404


def keep(live_server: LiveServer) -> str:
    """Put a mail into a server's folder; gives its name."""
    folder, name = Path(live_server.environment["INSTANCE_PATH"]) / "mail", "001732450000-000001-00000000000000aa"
    message = EmailMessage()
    message["Subject"], message["To"] = "Hello", "ada@people.example"
    message.set_content(f"Come in:\n{live_server.url}/login.\n")
    link = f'<a href="{live_server.url}/login">Come in</a>'
    html = f'<html lang="en"><head><title>Hello</title></head><body>{link}</body></html>'
    message.add_alternative(html, subtype="html")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(message.as_bytes())
    return name


def test_in_a_browser_the_pages_are_accessible(open_page: OpenPage, live_server: LiveServer) -> None:
    keep(live_server)
    for scheme, width in (("light", 1280), ("dark", 320)):
        page = open_page(scheme=scheme, width=width)
        page.goto(f"{live_server.url}{INBOX}")
        assert_accessible(page)
        page.get_by_role("link", name="Hello").click()
        assert_accessible(page)


def test_links_work_in_both_parts_without_javascript(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page(javascript=False)
    page.goto(f"{live_server.url}{INBOX}/{keep(live_server)}")
    with page.expect_popup() as popup:
        page.frame_locator("iframe").get_by_role("link", name="Come in").click()
    assert popup.value.get_by_role("button", name="Log in").count() == 1
    page.locator(".mail-text a").click()
    page.wait_for_url(f"{live_server.url}/login")


def test_the_page_is_of_no_cache(app: Flask, here: Visitor) -> None:
    for path in paths(app):
        assert here.request(path).headers["Cache-Control"] == "no-store"
    assert isinstance(here.open(INBOX), Page)
