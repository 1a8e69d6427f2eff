"""Somebody with a browser: opens pages, fills in the forms that they hold, and sends those."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.registration import normalize_email
from portal.accounts.sessions import open_session
from tests.accounts.documents import Page
from tests.accounts.letters import letters, link_in, text_of
from tests.factories import PASSWORD, Person, make_person


@dataclass
class Visitor:
    """A browser without cookies yet, and the application that it visits."""

    app: Flask
    client: FlaskClient
    address: str = "192.0.2.1"
    """Where its requests come from."""

    @classmethod
    def of(cls, app: Flask, *, address: str = "192.0.2.1") -> "Visitor":
        """Another browser."""
        return cls(app, app.test_client(), address)

    def request(self, path: str, method: str = "GET", **request: Any) -> TestResponse:
        """Send one request; redirects are not followed."""
        issuer = self.app.config["SETTINGS"].issuer
        # Browsers name the page that a form is on; over TLS the check of the form's token insists on it.
        headers = {"Referer": f"{issuer}/", **request.pop("headers", {})}
        return self.client.open(
            path,
            method=method,
            base_url=issuer,
            headers=headers,
            environ_base={"REMOTE_ADDR": self.address},
            buffered=True,
            **request,
        )

    def open(self, path: str) -> Page:
        """Open a page that is there."""
        response = self.request(path)
        assert response.status_code == 200, f"{path}: {response.status}"
        return Page(response)

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Open a page, change these fields of its form, and send it to the same address."""
        return self.request(path, "POST", data=self.open(path).values | fields)

    def send_to(self, path: str, action: str, **fields: Any) -> TestResponse:
        """Open a page with several forms, and send the first one that goes to `action`."""
        form = self.open(path).document.find("form", action=action)[0]
        return self.request(
            action, "POST", data={field["name"]: field["value"] for field in form.find("input")} | fields
        )

    def sign_up(self, path: str = "/signup", **fields: str) -> TestResponse:
        """Sign up by the link in the mail; what is not given is good. The answer to the last form that was sent."""
        filled = {"name": "Ada Lovelace", "email": "ada@people.example", "password": PASSWORD, **fields}
        own = {name: value for name, value in filled.items() if name in {"name", "password"}}
        asked = self.send(path, **{name: value for name, value in filled.items() if name not in own})
        if asked.status_code != 303:
            return asked
        return self.send(self.sign_up_link(filled["email"]), **own)

    def sign_up_link(self, email: str) -> str:
        """Where the newest letter with such a link to an address leads, however that was typed."""
        got = letters(self.app, normalize_email(email.strip()))
        return link_in([letter for letter in got if "/signup/finish" in text_of(letter)][-1], "/signup/finish")

    def log_in(self, person: Person, path: str = "/login", **fields: str) -> TestResponse:
        """Send the log-in form."""
        return self.send(path, **{"email": person.email, "password": person.password, **fields})

    def log_out(self) -> TestResponse:
        """Press the button at the top of every page."""
        (form,) = self.open("/").document.find("form", action="/logout")
        (token,) = form.find("input", name="csrf_token")
        return self.request("/logout", "POST", data={"csrf_token": token["value"]})

    def signed_in_as(self) -> str | None:
        """The email address that the home page names, or None for nobody."""
        names = [element for element in self.open("/").document.walk() if element["class"] == "site-user"]
        return names[0]["title"] if names else None

    def cookie(self) -> str:
        """The session cookie."""
        cookie = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"], domain=self._host)
        assert cookie is not None
        return cookie.value

    def put_cookie(self, value: str) -> None:
        """Use a session cookie that was copied from somewhere."""
        self.client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], value, domain=self._host)

    @property
    def _host(self) -> str:
        return urlsplit(self.app.config["SETTINGS"].issuer).hostname or ""

    def session(self) -> dict[str, Any]:
        """What the cookie carries; anybody who holds it can read that much."""
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        values: dict[str, Any] = signer.loads(self.cookie())
        return values


def visit_signed_in(app: Flask, person: Person | None = None) -> Visitor:
    """A browser in which somebody is signed in, without the form: checking a password takes its time."""
    visitor, person = Visitor.of(app), person or make_person(app)
    with app.app_context():
        value = open_session(person.id)
    with visitor.client.session_transaction(base_url=app.config["SETTINGS"].issuer) as session:
        session["_user_id"] = value
        session.permanent = True
    return visitor
