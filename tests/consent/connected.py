"""Somebody at the page of one of their connected apps, in a browser without JavaScript."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from portal.oauth.clients import find_client
from tests.accounts.documents import Element, Page
from tests.oauth.parties import Client, Owner, form_value

LIST = "/settings/connected-apps"


def key_of(client: Client) -> int:
    """What names the app in addresses."""
    with client.app.app_context():
        found = find_client(client.registered.client_id)
    assert found
    return found.key


def address_of(client: Client) -> str:
    """Where the app's page is."""
    return f"{LIST}/{key_of(client)}"


@dataclass
class AppPage:
    """The page, as it was opened last."""

    owner: Owner
    client: Client

    @property
    def address(self) -> str:
        """Where it is."""
        return address_of(self.client)

    def open(self, query: str = "") -> Page:
        """Open it."""
        response = self.owner.browser.get(self.address + query)
        assert response.status_code == 200, response.text
        return Page(response)

    def section(self, title: str, query: str = "") -> Element:
        """A part of it, by the id of its heading."""
        (found,) = self.open(query).document.find("section", **{"aria-labelledby": f"{title}-title"})
        return found

    def sessions(self) -> list[str]:
        """The addresses to which the buttons that end a session send, the latest session first."""
        return [form["action"] for form in self.section("sessions").find("form")]

    def post(self, address: str, **fields: Any) -> TestResponse:
        """Press a button that sends to this address. Every page has the token, in the form that logs out."""
        token = form_value(self.owner.browser.get(LIST), "csrf_token")
        return self.owner.browser.post(address, data={"csrf_token": token, **fields})

    def keep(self, *scope: str, **fields: Any) -> TestResponse:
        """Leave these permissions checked, and reduce."""
        return self.post(f"{self.address}/permissions", scope=list(scope), **fields)

    def history(self, query: str = "") -> list[str]:
        """What happened, the latest first."""
        return [row.find("strong")[0].text for row in self.section("history", query).find("li")]
