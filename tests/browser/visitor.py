"""A newcomer at the portal, who finds everything by its accessible name."""

import io
import re
from contextlib import nullcontext
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import FilePayload, Page


def drawing() -> FilePayload:
    """A logo as a developer would upload it."""
    image = io.BytesIO()
    Image.new("RGB", (400, 400), "#0a7f5a").save(image, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": image.getvalue()}


@dataclass
class Visitor:
    """Somebody with a browser, a name, an address and a password."""

    page: Page
    home: str
    name: str = "Grace Hopper"
    email: str = "grace@people.example"
    password: str = "a ship in port is safe"

    def press(self, button: str, *, stays: bool = False) -> None:
        """Press a button, and be on the page that answers: a click alone does not wait for it.

        Args:
            stays: a script acts on it, and the page stays.
        """
        with nullcontext() if stays else self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def fill(self, **fields: str) -> None:
        """Fill in fields by their labels; an underscore stands for a blank, and a label may add “optional”."""
        for label, value in fields.items():
            text = re.compile(rf"^{label.replace('_', ' ')}( optional)?$")
            self.page.get_by_label(text).fill(value)

    def heading(self) -> str:
        """What the page says it is; every page has exactly one such heading."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def follow(self, link: str) -> None:
        """Follow the first link of this name, to where it leads."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=link).first.click()

    def open_sign_up(self) -> None:
        """From the home page to the form."""
        self.page.goto(self.home)
        self.follow("Sign up")

    def sign_up(self) -> None:
        """Prove the address, then create the account."""
        self.fill(Email=self.email)
        self.press("Send the link")
        self.follow("open the mail")
        self.open_newest_mail(self.email)
        self.fill(Name=self.name, Password=self.password)
        self.press("Create account")
        self.page.get_by_role("button", name="Log out").wait_for()

    def open_newest_mail(self, to: str) -> None:
        """In the list of mails, open the newest one to an address, and follow what it is for."""
        with self.page.expect_navigation():
            self.page.get_by_role("listitem").filter(has_text=to).first.get_by_role("link").click()
        with self.page.expect_navigation():
            self.page.locator(".mail-text a").first.click()

    def log_out(self) -> None:
        """Leave."""
        self.press("Log out")
        self.page.get_by_role("link", name="Log in").first.wait_for()

    def log_in(self) -> None:
        """Come back."""
        self.page.goto(f"{self.home}/login")
        self.fill(Email=self.email, Password=self.password)
        self.press("Log in")
        self.page.get_by_role("button", name="Log out").wait_for()

    def open_registration(self) -> None:
        """From the navigation to the form for a new app."""
        self.follow("OAuth Apps")
        self.press("Register New App")
        self.page.get_by_label("Homepage URL").wait_for()

    def describe_app(self, name: str, redirect_uri: str, kind: str = "Web server") -> None:
        """Fill in the form for a new app."""
        self.fill(Name=name, Description="Keeps notes.", Homepage_URL="https://client.example")
        self.fill(Redirect_URI=redirect_uri)
        self.page.get_by_label("Logo").set_input_files(drawing())
        self.page.get_by_role("radio", name=kind, exact=True).check()
