"""Somebody who follows the links that samples make, and answers there."""

from typing import Literal

from tests.fixtures.forms import hidden
from tests.races.visitor import Visitor


class Somebody(Visitor):
    """The demo user, logged in."""

    def answer(self, auth_url: str, answer: Literal["allow", "deny"] = "allow") -> str:
        """Answer an app's request; gives the address that leads back to the app."""
        page = self._session.get(f"{auth_url}&prompt=consent", timeout=10)  # whatever was decided before
        assert page.status_code == 200, page.text
        form = {name: hidden(page.text, name) for name in ("csrf_token", "request_id")} | {"answer": answer}
        url = f"{self._url}/oauth/authorize"
        led = self._session.post(url, data=form, timeout=10, allow_redirects=False)
        assert led.status_code == 303, led.text
        return led.headers["Location"]
