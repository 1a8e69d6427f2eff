"""What somebody does with their own account, in Chromium: each way through the settings and the mails ends well."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.account_steps import (
    BOTH_WAYS,
    Look,
    follow_mail,
    grow_old,
    how_to_look,
    look,
    newcomer,
    open_mail,
    open_settings,
    same_person,
    told,
)
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WRONG = "The email or the password is wrong."
ANOTHER = "safe ships stay in port"


def try_to_log_in(visitor: Visitor, password: str) -> None:
    """Fill in the form, whatever comes of it."""
    visitor.page.goto(f"{visitor.home}/login")
    visitor.fill(Email=visitor.email, Password=password)
    visitor.press("Log in")


def is_logged_out(visitor: Visitor) -> bool:
    """Whether the settings ask for a log-in."""
    visitor.page.goto(f"{visitor.home}/settings/profile")
    return visitor.heading() == "Log in to ContextFile"


@BOTH_WAYS
def test_a_forgotten_password_is_replaced_by_mail_and_nobody_stays_logged_in(
    open_page: OpenPage, live_server: LiveServer, javascript: bool
) -> None:
    see = how_to_look(javascript)
    before = newcomer(open_page, live_server, f"forgetful-{javascript}@people.example", javascript=javascript)
    visitor = same_person(open_page, before, javascript=javascript)
    visitor.page.goto(f"{visitor.home}/login")
    see(visitor.page)
    visitor.follow("Forgot your password?")
    see(visitor.page)
    visitor.fill(Email=visitor.email)
    visitor.press("Send the link")
    see(visitor.page)
    visitor.follow("open the mail")
    see(visitor.page)
    open_mail(visitor, visitor.email, "Choose a new password")
    see(visitor.page)
    follow_mail(visitor)
    link = visitor.page.url
    visitor.fill(New_password="12345678")
    visitor.press("Change the password")
    expect(visitor.page.get_by_role("alert")).to_contain_text("one of the most common passwords")
    see(visitor.page)
    visitor.fill(New_password=ANOTHER)
    visitor.press("Change the password")
    expect(told(visitor)).to_contain_text("Your password is changed. Log in with it.")
    assert is_logged_out(before)
    try_to_log_in(visitor, visitor.password)
    expect(visitor.page.get_by_role("alert")).to_contain_text(WRONG)
    see(visitor.page)
    visitor.password = ANOTHER
    visitor.log_in()
    visitor.page.goto(link)
    assert visitor.heading() == "This link does not work any more"
    see(visitor.page)
    open_mail(visitor, visitor.email, "Your password was changed")


@BOTH_WAYS
def test_name_address_and_password_are_changed_and_the_history_tells(
    open_page: OpenPage, live_server: LiveServer, javascript: bool
) -> None:
    see = how_to_look(javascript)
    visitor = newcomer(open_page, live_server, f"mover-{javascript}@people.example".lower(), javascript=javascript)
    open_settings(visitor)
    visitor.name = "Grace Brewster Hopper"
    visitor.page.get_by_role("textbox", name="Name", exact=True).fill(visitor.name)
    visitor.press("Change the name")
    expect(told(visitor)).to_have_text("Your name is changed.")
    expect(visitor.page.get_by_role("banner")).to_contain_text(visitor.name)
    move(visitor, f"moved-{javascript}@people.example".lower(), see)
    move_back(visitor, see)
    grow_old(live_server, visitor.email)
    change_password_after_logging_in_again(visitor, see)
    read_history(visitor, see)


def move(visitor: Visitor, moved: str, see: Look) -> None:
    """Another address, which its mail confirms."""
    page = visitor.page
    visitor.fill(New_email="nowhere")
    visitor.press("Change the email")
    expect(page.get_by_role("alert")).to_contain_text("“nowhere” is not an email address")
    see(page)
    visitor.fill(New_email=moved)
    visitor.press("Change the email")
    expect(told(visitor)).to_contain_text(f"Check the mail of {moved}")
    expect(page.get_by_text(f"It is {visitor.email}")).to_be_visible()
    see(page)
    open_mail(visitor, moved, "Confirm your new email address")
    follow_mail(visitor)
    see(page)
    visitor.press("Use this address")
    expect(page.get_by_text(f"It is {moved}")).to_be_visible()


def move_back(visitor: Visitor, see: Look) -> None:
    """The old address is told, and undoes it."""
    open_mail(visitor, visitor.email, "Your email address was changed")
    follow_mail(visitor)
    see(visitor.page)
    visitor.press("Put the address back")
    expect(told(visitor)).to_contain_text(f"{visitor.email} is back")
    visitor.password = ANOTHER
    visitor.fill(New_password=visitor.password)
    visitor.press("Change the password")
    visitor.log_in()


def change_password_after_logging_in_again(visitor: Visitor, see: Look) -> None:
    """A browser that was left open is asked who sits there, and changes nothing before."""
    new = "a third one, for good"
    open_settings(visitor)
    visitor.fill(New_password=new)
    visitor.press("Change the password")
    assert visitor.heading() == "Log in again"
    expect(visitor.page.get_by_label("Email", exact=True)).to_have_value(visitor.email)
    see(visitor.page)
    visitor.fill(Password=visitor.password)
    visitor.press("Log in")
    expect(told(visitor)).to_contain_text("Nothing was changed yet")
    visitor.password = new
    visitor.fill(New_password=visitor.password)
    visitor.press("Change the password")
    expect(told(visitor)).to_contain_text("Your password is changed.")
    visitor.log_out()
    visitor.log_in()


def read_history(visitor: Visitor, see: Look) -> None:
    """What was done above, and from where."""
    open_settings(visitor, "History")
    entries = visitor.page.get_by_role("main").get_by_role("listitem")
    renamed = entries.filter(has_text="Name changed")
    expect(renamed).to_contain_text("“Grace Hopper” → “Grace Brewster Hopper”")
    expect(renamed).to_contain_text("Chrome on")
    for what in ("Account created", "Email address changed", "Change of email address undone", "Logged out"):
        expect(entries.filter(has_text=what)).to_have_count(1)
    expect(entries.filter(has_text="Password changed")).to_have_count(2)
    see(visitor.page)


def test_browsers_are_logged_out_one_by_one_and_everywhere(open_page: OpenPage, live_server: LiveServer) -> None:
    here = newcomer(open_page, live_server, "two-browsers@people.example")
    there = same_person(open_page, here)
    there.log_in()
    open_settings(here, "Log-ins")
    browsers = here.page.get_by_role("main").get_by_role("listitem")
    expect(browsers).to_have_count(2)
    look(here.page)
    other = browsers.filter(has_not_text="This browser").get_by_role("button", name="Log out", exact=True)
    with here.page.expect_navigation():
        other.click()
    expect(told(here)).to_have_text("That browser is logged out.")
    expect(browsers).to_have_count(1)
    assert is_logged_out(there)
    there.log_in()
    open_settings(here, "Log-ins")
    here.press("Log out everywhere else")
    expect(browsers).to_have_count(1)
    assert is_logged_out(there)
    there.log_in()
    here.press("Log out everywhere")
    expect(told(here)).to_have_text("You are logged out everywhere.")
    look(here.page)
    assert is_logged_out(here)
    assert is_logged_out(there)


def test_the_data_comes_as_a_file_and_the_account_goes_for_good(
    open_page: OpenPage, live_server: LiveServer, tmp_path: Path
) -> None:
    visitor = newcomer(open_page, live_server, "leaving@people.example")
    page = visitor.page
    open_settings(visitor, "Your data")
    look(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download everything").click()
    download.value.save_as(tmp_path / "data.json")
    assert download.value.suggested_filename.endswith(".json")
    data = json.loads((tmp_path / "data.json").read_text())
    assert visitor.email in json.dumps(data["account"])

    label = "Type your email address to delete the account"
    page.get_by_label(label).fill("somebody@people.example")
    visitor.press("Delete my account")
    expect(page.get_by_role("alert")).to_contain_text("“somebody@people.example” is not your address")
    look(page)
    page.get_by_label(label).fill(visitor.email)
    visitor.press("Delete my account")
    expect(told(visitor)).to_contain_text("Your account is deleted")
    try_to_log_in(visitor, visitor.password)
    expect(page.get_by_role("alert")).to_contain_text(WRONG)
