"""Parts that nodes lean on go away and come back while apps go on using the portal."""

import signal

import pytest
import requests

from tests.fixtures.valkey import Valkey
from tests.nodes.conftest import Nodes
from tests.nodes.load import Load
from tests.nodes.restartable import Postgresql

pytestmark = pytest.mark.heavy


def check_books(load: Load, nodes: Nodes) -> None:
    """Both nodes answer, and every family balances."""
    assert all(node.is_ready() for node in nodes)
    load.check_books(nodes[0].environment["DATABASE_URL"], [node.url for node in nodes])


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["in order", "as by a crash"])
def test_the_database_is_restarted(
    nodes: Nodes, database_server: Postgresql, direct_load: Load, how: signal.Signals
) -> None:
    with direct_load as load:
        load.go_on(0.3)
        database_server.stop(how)
        load.go_on(0.5)
        assert not any(node.is_ready() for node in nodes), "proxies must know"
        assert all(requests.get(f"{node.url}/healthz", timeout=5).status_code == 200 for node in nodes)
        database_server.start()
        load.go_on(1)
        until_then = len(load.troubles)
        load.go_on(1)
        assert len(load.troubles) == until_then, "it is back, and a request still fails"
    assert set(load.troubles) == {"503"}, "no request is cut off, and none is answered by a 500"
    check_books(load, nodes)


def test_the_store_of_limits_is_lost_and_comes_back_and_no_request_fails(
    nodes: Nodes, store: Valkey, direct_load: Load
) -> None:
    with direct_load as load:
        load.go_on(0.3)
        store.kill()
        load.go_on(0.7)
        assert all(node.is_ready() for node in nodes), "its loss is survived"
        store.start()
        load.go_on(0.3)
    assert load.troubles == []
    check_books(load, nodes)
