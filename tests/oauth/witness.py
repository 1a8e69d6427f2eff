"""A browser and a client in one that remember every secret they meet and every page they are shown."""

import base64
import json
import re
import zlib
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.fixtures.forms import hidden
from tests.fixtures.servers import LiveServer
from tests.oauth.parties import challenge_of

REDIRECT_URI = "http://127.0.0.1:3000/callback"
_CREDENTIAL = re.compile(r"cf_(?:ac|at|rt|cs|ra)_[0-9A-Za-z]+")


class Witness:
    """Goes through a journey by HTTP at one server."""

    def __init__(self, server: LiveServer) -> None:
        self.url = server.url
        self.secrets: set[str] = set()
        self.shown: list[tuple[str, str]] = []
        """What came back that nobody may find a secret in: the request's address without its query, and the body."""
        self._browser = requests.Session()

    def planted(self, secret: str) -> str:
        """A secret of the test's own."""
        self.secrets.add(secret)
        return secret

    def open(self, path: str) -> requests.Response:
        """Open a page."""
        return self._look_at(self._browser.get(self.url + path, timeout=10, allow_redirects=False))

    def send_form(self, path: str, *, page: str = "", **fields: str) -> requests.Response:
        """Send a form that is on a page, the one at the same address if no other is named."""
        form = {"csrf_token": hidden(self.open(page or path).text, "csrf_token"), **fields}
        return self.post(path, **form)

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form from the browser."""
        return self._look_at(self._browser.post(self.url + path, data=fields, timeout=10, allow_redirects=False))

    def call(self, method: str, path: str, **request: Any) -> requests.Response:
        """A client's request; no cookies are sent."""
        answer = requests.request(method, self.url + path, timeout=10, allow_redirects=False, **request)
        self.secrets.update(_CREDENTIAL.findall(answer.text) if answer.ok else ())
        return answer if answer.ok else self._look_at(answer)

    def authorize(self, client_id: str, verifier: str, **changes: str) -> str:
        """The path of an authorization request."""
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": "profile:read",
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        return "/oauth/authorize?" + urlencode(query)

    def obtain_code(self, client_id: str, verifier: str) -> tuple[str, dict[str, str]]:
        """Allow a client; gives the code, and the form that was sent for it."""
        page = self.open(self.authorize(client_id, verifier))
        form = {name: hidden(page.text, name) for name in ("csrf_token", "request_id")} | {"answer": "allow"}
        location = self.post("/oauth/authorize", **form).headers["Location"]
        return self.planted(parse_qs(urlsplit(location).query)["code"][0]), form

    def read_mail(self, path_prefix: str) -> str:
        """The newest mail of this machine's whose link begins like this; gives the link, whose token is a secret."""
        mailbox = f"{self.url}/development/mail"
        for name in re.findall(r"/development/mail/([^\"/]+)\"", requests.get(mailbox, timeout=10).text):
            text = unescape(requests.get(f"{mailbox}/{name}", timeout=10).text)
            if found := re.search(re.escape(self.url + path_prefix) + r"([\w-]+)", text):
                self.planted(found[1])
                return found[0].removeprefix(self.url)
        raise AssertionError(f"no mail leads to {path_prefix}")

    def _look_at(self, response: requests.Response) -> requests.Response:
        self.shown.append((f"{response.status_code} {urlsplit(response.url).path}", response.text))
        for cookie in self._browser.cookies:
            self.secrets.update({cookie.value or "", session_value(cookie.value or "")} - {""})
        return response


def session_value(cookie: str) -> str:
    """What a session cookie carries to be looked up, or empty: the cookie is signed, not encrypted."""
    packed, payload = cookie.startswith("."), cookie.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    carried: dict[str, str] = json.loads(zlib.decompress(raw) if packed else raw)
    return carried.get("_user_id", "")
