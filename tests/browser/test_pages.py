"""Pages beside the journey: what is refused, what is read, what is wrong."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_journey import look_closely, request
from tests.browser.visitor import Visitor
from tests.fixtures.loopback import Callback
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def visitor(page: Page, live_server: LiveServer, demo: Demo) -> Visitor:
    return Visitor(page, live_server.url, email=demo.email, password=demo.password)


def assert_points_at_faults(visitor: Visitor, *faults: str) -> None:
    """A summary that is announced, and each fault again at its field."""
    summary = visitor.page.get_by_role("alert")
    assert "There is a problem" in summary.inner_text()
    assert visitor.page.title().startswith("Error: ")
    for fault in faults:
        assert fault in summary.inner_text()
        assert visitor.page.get_by_text(fault).count() == 2, f"{fault!r} stands in the summary and at the field"
    for field in visitor.page.locator("[aria-invalid=true]").all():
        described_by = (field.get_attribute("aria-describedby") or "").split()
        assert any(visitor.page.locator(f"[id='{identifier}']").is_visible() for identifier in described_by)


def test_a_refused_sign_up_keeps_what_was_typed_and_points_at_every_fault(visitor: Visitor) -> None:
    visitor.open_sign_up()
    visitor.fill(Email="grace at home")
    visitor.press("Send the link")
    assert_points_at_faults(visitor, "“grace at home” is not an email address")
    assert visitor.page.get_by_label("Email", exact=True).input_value() == "grace at home"
    look_closely(visitor.page)
    visitor.fill(Email="grace.refused@people.example")
    visitor.press("Send the link")
    visitor.follow("open the mail")
    visitor.open_newest_mail("grace.refused@people.example")
    visitor.fill(Name="ContextFile", Password="short")
    visitor.press("Create account")
    assert_points_at_faults(visitor, "reads like ContextFile’s own name", "Use 8 characters or more")
    assert visitor.page.get_by_label("Name", exact=True).input_value() == "ContextFile"
    assert visitor.page.get_by_label("Password", exact=True).input_value() == ""
    look_closely(visitor.page)


def test_a_refused_log_in_does_not_say_which_part_was_wrong(visitor: Visitor) -> None:
    texts = []
    for email in (visitor.email, "nobody@people.example"):
        visitor.page.goto(f"{visitor.home}/login")
        visitor.fill(Email=email, Password="not the password")
        visitor.press("Log in")
        assert "There is a problem" in visitor.page.get_by_role("alert").inner_text()
        assert visitor.page.get_by_label("Email", exact=True).input_value() == email
        texts.append(visitor.page.get_by_role("alert").inner_text())
    assert texts[0] == texts[1]
    look_closely(visitor.page)


def test_a_refused_registration_points_at_each_redirect_uri_and_keeps_the_logo(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.open_registration()
    visitor.describe_app("", "http://client.example/callback")
    visitor.press("Register New App")
    assert visitor.page.locator("[aria-invalid=true]").count() == 2
    assert "Give the app a name" in visitor.page.get_by_role("alert").inner_text()
    assert visitor.page.get_by_label("Redirect URI", exact=True).input_value() == "http://client.example/callback"
    assert visitor.page.get_by_label("Description").input_value() == "Keeps notes."
    look_closely(visitor.page)
    visitor.fill(Name="Corrected", Redirect_URI="https://client.example/callback")
    visitor.press("Register New App")
    visitor.follow("I have saved it")
    assert visitor.page.locator("main img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize("sent", ["unknown client", "another redirect URI"])
def test_a_request_that_must_not_redirect_is_explained_on_a_page(
    visitor: Visitor, demo: Demo, callback: Callback, sent: str
) -> None:
    query = request(demo.confidential.client_id, demo.confidential.redirect_uri)
    if sent == "unknown client":
        query["client_id"] = "cf_app_unknown"
        shown = "cf_app_unknown"
    else:
        query["redirect_uri"] = shown = demo.confidential.redirect_uri + "/elsewhere"
    answer = visitor.page.request.get(f"{visitor.home}/oauth/authorize", params={**query}, max_redirects=0)
    assert answer.status == 400
    visitor.page.goto(answer.url)
    assert visitor.page.url == answer.url
    assert shown in visitor.page.locator("main").inner_text()
    assert callback.is_quiet()
    look_closely(visitor.page)


def test_a_page_that_is_not_there_says_so(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.home}/no-such-page")
    assert visitor.heading() == "There is no such page"
    look_closely(visitor.page)


def test_the_guide_reads_well_everywhere(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.home}/docs/connect")
    assert visitor.heading() == "Connect with ContextFile"
    look_closely(visitor.page)
