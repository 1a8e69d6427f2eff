"""Somebody who fills in the portal's forms by HTTP alone, quicker than a browser: for rounds by the dozen."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import requests

from tests.fixtures.forms import hidden
from tests.fixtures.loopback import parameters
from tests.fixtures.servers import Demo, DemoClient, LiveServer


class Visitor:
    """The demo user, logged in.

    Args:
        server: where.
        demo: who.
        trust: of a proxy before it: its certificate.
        headers: to send with every request.
    """

    def __init__(
        self, server: LiveServer, demo: Demo, trust: Path | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self._url = server.url
        self._session = requests.Session()
        if trust:
            self._session.trust_env = False  # what the environment trusts would go before
            self._session.verify = str(trust)
            self._session.headers["Referer"] = f"{server.environment['PUBLIC_URL']}/"  # CSRF checks of https read it
        self._session.headers.update(headers or {})
        page = self._session.get(f"{self._url}/login", timeout=10)
        credentials = {"email": demo.email, "password": demo.password}
        form = {"csrf_token": hidden(page.text, "csrf_token"), **credentials}
        answer = self._session.post(f"{self._url}/login", data=form, timeout=10, allow_redirects=False)
        assert answer.status_code == 303, answer.text

    def go_to(self, server: LiveServer) -> None:
        """Go on at another node, with the same cookies."""
        self._url = server.url

    def allow(self, client: DemoClient, scope: str = "profile:read contexts:read") -> str:
        """Allow an app; gives the code that it is sent."""
        query = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uri,
            "scope": scope,
            "state": "round",
            "prompt": "consent",
        }
        page = self._session.get(f"{self._url}/oauth/authorize?{urlencode(query)}", timeout=10)
        assert page.status_code == 200, page.text
        form = {name: hidden(page.text, name) for name in ("csrf_token", "request_id")}
        answer = self._session.post(
            f"{self._url}/oauth/authorize", data={**form, "answer": "allow"}, timeout=10, allow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        return parameters(answer.headers["Location"])["code"]

    def close(self) -> None:
        """Close the connection."""
        self._session.close()
