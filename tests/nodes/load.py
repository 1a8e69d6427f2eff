"""Apps that go on using the portal while something happens to it: they refresh, read, introspect and connect anew.

They keep to what OAuth asks of clients: what got no answer, or a 503, is sent again with the same token.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from http.client import HTTPException
from typing import Any

from sqlalchemy import NullPool, create_engine

from portal.config import Settings
from tests.races.books import assert_balanced, read_rows, row_id
from tests.races.nodes import Answer, Line

APPS = 4
PAUSE_SECONDS = 0.01
_GIVE_UP_SECONDS = 20


class App(threading.Thread):
    """One user's app: a family of tokens that it refreshes over and over, and codes that it exchanges."""

    def __init__(self, load: "Load", tokens: Sequence[str], codes: Sequence[dict[str, str]]) -> None:
        super().__init__(daemon=True)
        self._load, self._codes = load, list(codes)
        self.families: list[tuple[list[str], list[str]]] = [([], [token]) for token in tokens]
        self.given: dict[int, tuple[list[str], list[str]]] = {row_id(family[1][0]): family for family in self.families}
        """By the key of an authorization: the access and refresh tokens that it was answered with."""
        self.first = list(tokens)
        """A code or token of each authorization."""
        self.error: Exception | None = None

    def run(self) -> None:
        """Go on until the load is over."""
        try:
            number = 0
            while not self._load.over.is_set():
                self._refresh(*self.families[number % len(self.families)])
                number += 1
                if number % 5 == 0 and self._codes:
                    self._connect(self._codes.pop())
                time.sleep(PAUSE_SECONDS)
        except Exception as error:  # noqa: BLE001  # raised again in the test
            self.error = error

    def _refresh(self, access: list[str], refresh: list[str]) -> None:
        form = {"grant_type": "refresh_token", "refresh_token": refresh[-1]}
        answer = self._load.post(form)
        assert answer.status == 200, f"a refresh was refused: {answer}"
        for kept, token in zip((access, refresh), answer.pair, strict=True):
            kept.append(token)
        assert self._load.accepts(access[-1]), "a token that was just answered is not accepted"

    def _connect(self, code: dict[str, str]) -> None:
        answer = self._load.post({"grant_type": "authorization_code", **self._load.exchange, **code})
        self.first.append(code["code"])
        access, refresh = self.given[row_id(code["code"])] = [], []
        if answer.status == 200:
            access.append(answer.pair[0])
            refresh.append(answer.pair[1])
        else:  # the first answer was lost, so the code is spent, and what came of it revoked
            assert answer.body["error"] == "invalid_grant", answer


class Load:
    """Several apps at once, and what went wrong for them.

    Args:
        seeded: what `bench-seed` printed.
        urls: where they send: the nodes, or the proxy; they take turns.
        trust: how they know a proxy's certificate.
    """

    def __init__(self, seeded: dict[str, Any], urls: Sequence[str], trust: ssl.SSLContext | None = None) -> None:
        self._seeded, self._urls, self._trust = seeded, urls, trust
        self.exchange = {"redirect_uri": seeded["redirect_uri"]}
        self.over = threading.Event()
        self.answered = 0
        self.troubles: list[str] = []
        """What got no answer, or one that asks to come again, in words."""
        self._apps = [App(self, _take(seeded["refresh_tokens"], 2), _take(seeded["codes"], 10)) for _ in range(APPS)]

    def __enter__(self) -> "Load":
        for app in self._apps:
            app.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for app in self._apps:
            app.join(30)

    def post(self, form: dict[str, str]) -> Answer:
        """Send a token request, and again as long as there is no answer to it."""
        return self._until_answered(lambda line: line.post(self._seeded["token_endpoint"], **form))

    def accepts(self, access_token: str) -> bool:
        """Whether the API takes a token."""
        answer = self._until_answered(lambda line: line.fetch(self._seeded["resource_path"], access_token))
        return answer.status == 200

    def _until_answered(self, request: Callable[[Line], Answer]) -> Answer:
        ends = time.monotonic() + _GIVE_UP_SECONDS
        while True:
            self.answered += 1
            url = self._urls[self.answered % len(self._urls)]
            line = Line(url, self._seeded["client_id"], self._seeded["client_secret"], self._trust)
            try:
                with closing(line):
                    answer = request(line)
                if answer.status < 500:
                    return answer
                assert answer.status == 503, f"{answer.status} is no answer: {answer}"
                assert answer.retry_after, "a 503 must say when to come again"
                self.troubles.append("503")
            except (OSError, HTTPException) as error:
                self.troubles.append(type(error).__name__)
            assert time.monotonic() < ends, f"no answer in {_GIVE_UP_SECONDS} seconds: {self.troubles[-1]}"
            time.sleep(0.05)

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)
        self._raise_errors()

    def _raise_errors(self) -> None:
        for app in self._apps:
            if app.error:
                raise app.error

    def check_books(self, database_url: str, nodes: Iterable[str]) -> None:
        """After the load: every family balances, and the nodes agree on every token that was ever answered."""
        self._raise_errors()
        lines = [Line(url, self._seeded["client_id"], self._seeded["client_secret"]) for url in nodes]

        def accepted(token: str) -> bool:
            said = {line.accepts(token) for line in lines}
            assert len(said) == 1, "one node accepts what the other one refuses"
            return said.pop()

        given = {key: tokens for app in self._apps for key, tokens in app.given.items()}
        engine = create_engine(Settings(database_url=database_url).database_url, poolclass=NullPool)
        with engine.connect() as connection:
            rows = {key: row for app in self._apps for key, row in read_rows(connection, app.first).items()}
        assert rows.keys() == given.keys()
        for key, row in rows.items():
            access, refresh = given[key]
            assert_balanced(row, access_tokens=access[-4:], refresh_tokens=refresh[-4:], accepted=accepted)
            ended = None if refresh else "code_reuse"  # only where the answer to an exchange was lost
            assert (row.revoked_reason, row.generation) == (ended, len(refresh) or 1), row
        for line in lines:
            line.close()


def _take(values: list[Any], most: int) -> list[Any]:
    taken, values[:most] = values[:most], []
    return taken
