"""A developer in the playground: authorizes their app, fills in a step's form, reads what came of it."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from werkzeug.test import TestResponse

from portal.developer.apps import RegisteredApp
from tests.accounts.documents import Element, Page
from tests.accounts.visitor import Visitor
from tests.developer.app_form import APPS
from tests.fixtures.forms import hidden
from tests.fixtures.loopback import parameters

CALLBACK = "/developer/playground/callback"


def form_of(page: Page, step: str) -> dict[str, str]:
    """What a step's form would send as it stands."""
    (form,) = [form for form in page.document.find("form") if form.find("input", name="step", value=step)]
    fields = [field for field in form.find("input") if field["type"] != "radio" or "checked" in field.attributes]
    return {field["name"]: field["value"] for field in fields}


def step_of(page: Page, step: str) -> Element:
    """Everything that the page shows of a step."""
    return page.document.by_id(f"step-{step}")


def response_of(page: Page, step: str) -> str:
    """The response that a step shows, in one line."""
    return page.document.by_id(f"step-{step}-response").text


@dataclass
class Playground:
    """One app's playground, and who is in it."""

    visitor: Visitor
    registered: RegisteredApp

    @property
    def path(self) -> str:
        """Where it is."""
        return f"{APPS}/{self.registered.client_id}/playground"

    def authorization_url(self, query: str = "") -> str:
        """Where the button of step 1 leads."""
        answer = self.visitor.request(f"{self.path}/authorize{query}")
        assert answer.status_code == 303
        return answer.location

    def consent(self, url: str, answer: str = "allow") -> str:
        """Answer the consent screen; gives the path that the browser comes back to."""
        answered = self.visitor.request(url)
        if answered.status_code == 200:  # what was allowed before goes straight through
            scopes = dict(parse_qsl(urlsplit(url).query))["scope"].split()
            form = {name: hidden(answered.text, name) for name in ("csrf_token", "request_id")}
            answered = self.visitor.request(
                "/oauth/authorize", "POST", data={**form, "answer": answer, "scope": scopes}
            )
        assert answered.status_code == 303
        back = urlsplit(answered.location)
        assert back.path == CALLBACK
        return f"{back.path}?{back.query}"

    def authorize(self, query: str = "", answer: str = "allow") -> Page:
        """Steps 1 and 2."""
        return self.visitor.open(self.consent(self.authorization_url(query), answer))

    def send(self, page: Page, step: str, **fields: str) -> TestResponse:
        """Send a step's form, with these fields changed."""
        return self.visitor.request(self.path, "POST", data=form_of(page, step) | fields)

    def take(self, page: Page, step: str, **fields: str) -> Page:
        """Take a step with the app's own secret."""
        secret = {"client_secret": self.registered.client_secret} if self.registered.client_secret else {}
        answer = self.send(page, step, **{**secret, **fields})
        assert answer.status_code == 200, answer.text
        return Page(answer)

    def connect(self, query: str = "") -> Page:
        """As far as the tokens."""
        return self.take(self.authorize(query), "exchange")


def sent(url: str) -> dict[str, str]:
    """The parameters of an authorization request."""
    return parameters(url)
