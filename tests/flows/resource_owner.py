"""The person in the browser: follows a client's link, logs in if asked, reads the consent screen, answers."""

from typing import Literal

from playwright.sync_api import Page

from tests.fixtures.loopback import Callback
from tests.fixtures.servers import Demo


class ResourceOwner:
    """The demo user, in a browser that has not been here before."""

    def __init__(self, page: Page, demo: Demo, callback: Callback) -> None:
        self.page = page
        self._demo = demo
        self._callback = callback

    def visit(self, authorization_url: str) -> None:
        """Follow a client's link as far as the consent screen; logging in leads straight on to it."""
        self.page.goto(authorization_url)
        if self.page.get_by_label("Password", exact=True).is_visible():
            self.page.get_by_label("Email", exact=True).fill(self._demo.email)
            self.page.get_by_label("Password", exact=True).fill(self._demo.password)
            self.page.get_by_role("button", name="Log in", exact=True).click()
        self.page.get_by_role("button", name="Allow", exact=True).wait_for()

    def answer(self, authorization_url: str, choice: Literal["Allow", "Deny"] = "Allow") -> str:
        """Answer a client's request; gives the whole address at which the browser came back to the client."""
        self.visit(authorization_url)
        self.page.get_by_role("button", name=choice, exact=True).click()
        return self._callback.wait()
