"""ContextFile as the quickstarts see it: a server of their own, its demo user, and its clock's work done at once."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine, case, create_engine, func, select, update
from sqlalchemy.orm import Session

from portal.content.models import Context
from portal.oauth.models import Authorization, Client
from tests.fixtures.servers import Demo, DemoClient, LiveServer, StartServer
from tests.quickstarts.front import Front

AT_ONCE = 12
"""Redirect URIs that one command registers: it takes a second."""
HOSTILE_NAME = "<i>Q&A</i> {{ 7*7 }}"
"""A context's name that is only itself if it is escaped."""


@dataclass
class Provider:
    """The server, whose tokens the tests can end or grow old."""

    server: LiveServer
    front: Front
    demo: Demo
    engine: Engine
    _held: list[tuple[str, socket.socket]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Its address."""
        return self.front.url

    def context_names(self) -> list[str]:
        """What the demo user's contexts are called."""
        with Session(self.engine) as session:
            return list(session.scalars(select(Context.name)))

    def new_client(self, *, public: bool = False) -> DemoClient:
        """A demo app with a redirect URI at a port that was kept free until now."""
        if not self._held:
            self._held = [_hold_a_port() for _ in range(AT_ONCE)]
            self.server.demo(*(uri for uri, _ in self._held))
        uri, held = self._held.pop()
        held.close()
        return replace(self.demo.public if public else self.demo.confidential, redirect_uri=uri)

    def let_access_tokens_expire(self) -> None:
        """Do what an hour does to every access token that there is; and to the time for retrying a refresh."""
        rotated_at = case((Authorization.rotated_at.is_not(None), 1))
        past = {"access_expires_at": 1, "previous_access_expires_at": 1, "rotated_at": rotated_at}
        with Session(self.engine) as session:
            session.execute(update(Authorization).values(past))
            session.commit()

    def endings(self, client: DemoClient) -> Mapping[str | None, int]:
        """How many authorizations of an app ended for which reason; under None, how many are alive."""
        query = (
            select(Authorization.revoked_reason, func.count())
            .join(Client, Client.id == Authorization.client_id)
            .where(Client.client_id == client.client_id)
            .group_by(Authorization.revoked_reason)
        )
        with Session(self.engine) as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def close(self) -> None:
        """Let go of ports and database."""
        self.front.close()
        for _, held in self._held:
            held.close()
        self.engine.dispose()


def provide(start_server: StartServer) -> Provider:
    """A server with its demo, and one context more: one whose name tries to be more than a name."""
    front = Front()
    server = start_server(public_url=front.url)
    front.server_url = server.url
    demo, engine = server.demo(), create_engine(server.environment["DATABASE_URL"])
    with Session(engine) as session:
        like = session.scalars(select(Context)).first()
        assert like
        session.add(
            Context(
                user_id=like.user_id, name=HOSTILE_NAME, content="", created_at=like.created_at,
                updated_at=like.updated_at,
            )
        )  # fmt: skip
        session.commit()
    return Provider(server, front, demo, engine)


def _hold_a_port() -> tuple[str, socket.socket]:
    """A redirect URI as the quickstarts register it, and a socket that keeps others from its port.

    Its query would end a literal wherever it is not escaped for it.
    """
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return f"http://localhost:{held.getsockname()[1]}/callback?it's=1", held
