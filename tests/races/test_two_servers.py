"""Races across two server processes on one PostgreSQL database: never two winners, nothing revoked is accepted.

After each kind of race the books of every family are checked, in the database and through the API of both nodes.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import NullPool, create_engine

from portal.config import Settings
from tests.fixtures.servers import LiveServer, StartServer
from tests.races.books import assert_balanced, read_rows, row_id
from tests.races.nodes import Answer, TwoNodes

ROUNDS = 120
RACERS = 4

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture(scope="session")
def nodes(start_server: StartServer, new_database: Callable[[], str]) -> tuple[LiveServer, LiveServer]:
    """Two servers that share everything but their process: one database, one key, one public address."""
    shared = {"database_url": new_database(), "refresh_retry_seconds": 300}
    first = start_server(**shared)
    return first, start_server(**shared, public_url=first.url)


@pytest.fixture(scope="session")
def seeded(nodes: tuple[LiveServer, LiveServer]) -> Iterator[TwoNodes]:
    """Codes and families enough for every race of this file."""
    both = TwoNodes(nodes, codes=ROUNDS, refresh=3 * ROUNDS)
    yield both
    both.close()


@pytest.fixture
def families(seeded: TwoNodes) -> Iterator[Iterator[str]]:
    """Refresh tokens that nobody has used."""
    return iter(seeded.seeded["refresh_tokens"].pop, None)


def pairs(answers: list[Answer]) -> set[tuple[str, str]]:
    """The different pairs of tokens among the answers."""
    return {answer.pair for answer in answers if answer.status == 200}


def outcomes(answers: list[Answer]) -> Counter[str]:
    """How often the answers were a success or which error."""
    return Counter(answer.outcome for answer in answers)


class Ledger:
    """What every round has answered, to be compared with the database in the end."""

    def __init__(self, both: TwoNodes) -> None:
        self._both = both
        self._answered: dict[int, tuple[set[str], set[str]]] = {}

    def enter(self, first: str, *issued: tuple[str, str]) -> None:
        """Note a family by its code or first refresh token, and the pairs that came of it."""
        access = {pair[0] for pair in issued}
        refresh = {pair[1] for pair in issued} | ({first} if first.startswith("cf_rt_") else set())
        self._answered[row_id(first)] = access, refresh

    def check(self, *, generation: int | set[int], reason: str | None) -> None:
        """Every family balances, on both nodes, and ended as it must."""
        tokens = [next(iter(access | refresh)) for access, refresh in self._answered.values()]
        engine = create_engine(Settings(database_url=self._both.database_url).database_url, poolclass=NullPool)
        with engine.connect() as connection:
            rows = read_rows(connection, tokens)
        assert len(rows) == ROUNDS
        generations = generation if isinstance(generation, set) else {generation}
        for key, (access, refresh) in self._answered.items():
            row = rows[key]
            assert_balanced(row, access_tokens=access, refresh_tokens=refresh, accepted=self._both.accepted)
            assert (row.generation in generations, row.revoked_reason) == (True, reason), row


def test_of_exchanges_of_one_code_on_both_nodes_exactly_one_succeeds(seeded: TwoNodes) -> None:
    ledger = Ledger(seeded)
    for number, code in enumerate(seeded.seeded["codes"]):
        answers = seeded.race(number, *[seeded.exchange(code)] * RACERS)
        assert outcomes(answers) == {"ok": 1, "invalid_grant": RACERS - 1}
        [won] = pairs(answers)
        # The code was used twice, so what came of it is no longer trusted: at once, and on either node.
        assert not seeded.nodes[number % 2].accepts(won[0])
        ledger.enter(code["code"], won)
    ledger.check(generation=1, reason="code_reuse")


def test_refreshes_on_both_nodes_give_one_pair_of_tokens(seeded: TwoNodes, families: Iterator[str]) -> None:
    ledger = Ledger(seeded)
    for number in range(ROUNDS):
        first = next(families)
        answers = seeded.race(number, *[seeded.refresh(first)] * RACERS)
        assert outcomes(answers) == {"ok": RACERS}
        [won] = pairs(answers)
        assert seeded.nodes[number % 2].accepts(won[0])
        ledger.enter(first, won)
    ledger.check(generation=2, reason=None)


def test_a_revocation_on_one_node_ends_what_the_other_one_refreshes(seeded: TwoNodes, families: Iterator[str]) -> None:
    ledger = Ledger(seeded)
    for number in range(ROUNDS):
        first = next(families)
        answers = seeded.race(number, *[seeded.refresh(first), seeded.revoke(first)] * (RACERS // 2))
        assert outcomes(answers[1::2]) == {"ok": RACERS // 2}
        assert set(outcomes(answers[::2])) <= {"ok", "invalid_grant"}
        won = pairs(answers[::2])
        assert len(won) <= 1
        node = seeded.nodes[number % 2]
        assert not any(node.accepts(access) for access, _ in won), "the revocation is visible at once"
        assert seeded.refresh(first)(node).outcome == "invalid_grant", "no retry revives it"
        ledger.enter(first, *won)
    ledger.check(generation={1, 2}, reason="revoked_by_client")


def test_a_reuse_on_one_node_ends_what_the_other_one_refreshes(seeded: TwoNodes, families: Iterator[str]) -> None:
    ledger = Ledger(seeded)
    for number in range(ROUNDS):
        stolen = next(families)
        second = seeded.refresh(stolen)(seeded.nodes[0]).pair
        third = seeded.refresh(second[1])(seeded.nodes[1]).pair
        answers = seeded.race(number, *[seeded.refresh(third[1]), seeded.refresh(stolen)] * (RACERS // 2))
        assert outcomes(answers[1::2]) == {"invalid_grant": RACERS // 2}
        assert set(outcomes(answers[::2])) <= {"ok", "invalid_grant"}
        won = pairs(answers[::2])
        assert len(won) <= 1
        assert not any(seeded.nodes[number % 2].accepts(access) for access, _ in {third, *won})
        ledger.enter(stolen, second, third, *won)
    ledger.check(generation={3, 4}, reason="refresh_token_reuse")
