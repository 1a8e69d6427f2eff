"""Nodes whose machines disagree about the time, which many things that one writes and another checks depend on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.servers import Demo
from tests.nodes.conftest import Nodes
from tests.nodes.machines import Node
from tests.nodes.restartable import Postgresql
from tests.races.nodes import Line
from tests.races.visitor import Visitor

pytestmark = pytest.mark.heavy

WRONG_SECONDS = 300
_CLOCKS = str(Path(__file__).with_name("clocks"))


@pytest.fixture(scope="session")
def wrong_nodes(database_server: Postgresql, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two nodes, one of them five minutes ahead of the database, the other as far behind."""
    shared = {"database_url": database_server.url, "public_url": "http://127.0.0.1:5000"}
    one, other = (Node.make(tmp_path_factory.mktemp("wrong"), pythonpath=_CLOCKS, **shared) for _ in range(2))
    one.begin(CLOCK_AHEAD=str(WRONG_SECONDS))
    other.begin(CLOCK_AHEAD=str(-WRONG_SECONDS))
    one.wait()
    other.wait()
    yield one, other
    one.kill()
    other.kill()


def test_each_accepts_the_others_sessions_codes_and_tokens(wrong_nodes: Nodes, demo: Demo) -> None:
    ahead, behind = wrong_nodes
    client = demo.confidential
    for here, there in ((ahead, behind), (behind, ahead)):
        visitor = Visitor(here, demo)
        visitor.go_to(there)
        code = visitor.allow(client)
        visitor.close()
        one, other = (Line(node.url, client.client_id, client.client_secret or "") for node in (here, there))
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri}
        first = one.post("/api/oauth/token", **form)
        assert first.status == 200, first
        assert other.accepts(first.pair[0])
        refresh = {"grant_type": "refresh_token", "refresh_token": first.pair[1]}
        second, again = other.post("/api/oauth/token", **refresh), one.post("/api/oauth/token", **refresh)
        assert second.pair == again.pair, "a repeated refresh gets the same tokens, at the other node too"
        assert one.accepts(second.pair[0])
        for answer in (first, second, again):
            assert 3500 < answer.body["expires_in"] <= 3600
        one.close()
        other.close()


def test_each_tells_its_operators(wrong_nodes: Nodes) -> None:
    ahead, behind = wrong_nodes
    assert "this machine's clock is 300 s ahead of the database's" in ahead.log.read_text()
    assert "this machine's clock is 300 s behind the database's" in behind.log.read_text()
