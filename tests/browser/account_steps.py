"""Steps that the journeys of an account's holder have in common, and how closely they look at each page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, text

from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage, assert_accessible
from tests.fixtures.servers import LiveServer

Look = Callable[[Page], None]
BOTH_WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


def look(page: Page) -> None:
    """See the page narrow and light, then wide and dark: no fault, and nothing that scrolls sideways."""
    page.set_viewport_size({"width": 320, "height": 900})
    assert_accessible(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert_accessible(page)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def look_away(page: Page) -> None:
    """What looks for faults needs JavaScript."""


def how_to_look(javascript: bool) -> Look:
    """As closely as the browser allows."""
    return look if javascript else look_away


def newcomer(open_page: OpenPage, server: LiveServer, email: str, *, javascript: bool = True) -> Visitor:
    """Somebody who has just created an account."""
    visitor = Visitor(open_page(javascript=javascript), server.url, email=email)
    visitor.open_sign_up()
    visitor.sign_up()
    return visitor


def same_person(open_page: OpenPage, visitor: Visitor, *, javascript: bool = True) -> Visitor:
    """The account's holder in another browser, who has not logged in there yet."""
    page = open_page(javascript=javascript)
    return Visitor(page, visitor.home, visitor.name, visitor.email, visitor.password)


def open_mail(visitor: Visitor, to: str, subject: str) -> None:
    """Open the newest mail of this subject to an address."""
    visitor.page.goto(f"{visitor.home}/development/mail")
    mail = visitor.page.get_by_role("listitem").filter(has_text=to).filter(has_text=subject)
    with visitor.page.expect_navigation():
        mail.first.get_by_role("link").click()


def follow_mail(visitor: Visitor) -> None:
    """Follow what the open mail is for."""
    with visitor.page.expect_navigation():
        visitor.page.locator(".mail-text a").first.click()


def open_settings(visitor: Visitor, page: str = "Profile") -> None:
    """From anywhere to a page of the settings, by its links."""
    visitor.follow(visitor.name)
    if page != "Profile":
        with visitor.page.expect_navigation():
            visitor.page.get_by_role("navigation", name="Settings").get_by_role("link", name=page).click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(page)


def told(visitor: Visitor) -> Locator:
    """What the page says was done."""
    return visitor.page.get_by_role("main").get_by_role("status")


def grow_old(server: LiveServer, email: str) -> None:
    """Have logged in an hour ago, wherever somebody is logged in."""
    engine = create_engine(server.environment["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE user_sessions SET created_at = created_at - 3600 "
                "WHERE user_id = (SELECT id FROM users WHERE email = :email)"
            ),
            {"email": email},
        )
    engine.dispose()
