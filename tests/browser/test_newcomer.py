"""A newcomer gets from the sign-up form to a working token in the playground in at most twelve interactions."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page

from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import LiveServer

MOST = 12


@dataclass
class Hand:
    """Clicks, fills fields and presses keys as a person does, and counts each."""

    page: Page
    count: int = 0

    def click(self, target: Locator) -> None:
        """One click."""
        self.count += 1
        target.click()

    def fill(self, label: str, text: str) -> None:
        """One field."""
        self.count += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, key: str) -> None:
        """One key, where the page has put the cursor."""
        self.count += 1
        self.page.keyboard.press(key)

    def click_into_new_tab(self, target: Locator) -> None:
        """One click, which opens a tab."""
        with self.page.context.expect_page() as opened:
            self.click(target)
        self.page = opened.value


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_from_sign_up_to_a_working_token_in_twelve_interactions(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(live_server.url)
    page.get_by_role("link", name="Register an app").click()
    page.get_by_role("link", name="Create an account").click()

    hand = Hand(page)
    hand.fill("Email", "newcomer@people.example")
    hand.click(page.get_by_role("button", name="Send the link"))
    page.get_by_role("link", name="open the mail").click()  # in the newcomer's own mail program
    page.get_by_role("listitem").filter(has_text="newcomer@people.example").get_by_role("link").click()
    hand.click(page.locator(".mail-text a").first)
    hand.fill("Password", "a ship in port is safe")
    hand.click(page.get_by_role("button", name="Create account"))
    hand.fill("Name", "My first app")
    hand.click(page.get_by_role("button", name="Register New App"))
    secret = page.locator("#client-secret").inner_text()
    hand.click(page.get_by_role("button", name="Copy Client secret"))
    hand.click_into_new_tab(page.get_by_role("link", name="Try it in the playground"))
    hand.click(hand.page.get_by_role("button", name="Allow", exact=True))
    hand.page.locator("#step-exchange-secret:focus").wait_for()
    hand.press("Control+V")
    hand.press("Enter")

    answer = hand.page.locator("#step-exchange-response").inner_text()
    assert "200 OK" in answer
    assert "cf_at_" in answer
    assert hand.count <= MOST
    assert secret not in hand.page.content()
    assert secret in page.content(), "the tab with the secret stays as it was"
    hand.click(hand.page.get_by_role("button", name="Send the request"))
    assert "newcomer@people.example" in hand.page.locator("#step-call-response").inner_text()
