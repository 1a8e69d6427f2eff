"""The throttles of two nodes with one database and one Valkey."""

import pytest

from tests.accounts.visitor import Visitor
from tests.factories import make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.valkey import Valkey

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_guesser_gains_nothing_by_going_from_node_to_node_and_little_without_the_store(
    make_app: MakeApp, valkey: Valkey
) -> None:
    nodes = [make_app(rate_limits=True, redis_url=valkey.url) for _ in range(2)]
    visitors, ada = [Visitor.of(node) for node in nodes], make_person(nodes[0])

    def guess(visitor: Visitor) -> int:
        return visitor.log_in(ada, password="wrong password").status_code

    assert [guess(visitors[number % 2]) for number in range(12)] == [422] * 10 + [429] * 2
    valkey.kill()
    assert [guess(visitors[0]) for _ in range(11)] == [422] * 10 + [429]
    assert visitors[1].log_in(ada).status_code == 303
    ready = nodes[1].test_client().get("/readyz", base_url=nodes[1].config["SETTINGS"].issuer)
    assert (ready.status_code, ready.get_json()) == (200, {"status": "degraded", "missing": ["shared limits"]})
