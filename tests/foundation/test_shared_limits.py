"""Limits that many nodes share, on a real Valkey: exact."""

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import time_machine

from tests.fixtures.valkey import Valkey, node

LIMIT = "3/hour"


def test_no_count_is_lost_between_the_threads_of_two_nodes(valkey: Valkey) -> None:
    nodes = [node(valkey.url), node(valkey.url)]
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda number: nodes[number % 2].count("500/hour", "guess"), range(1000)))
    assert waits.count(0) == 500


def test_processes_that_come_of_a_fork_share_counts_and_no_connection(valkey: Valkey) -> None:
    limiter = node(valkey.url)
    assert limiter.count("1000/hour", "key") == 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that threads of this process are none of the child's
        children = [fork(lambda: [limiter.count("1000/hour", "key") for _ in range(200)]) for _ in range(2)]
    for _ in range(200):
        limiter.count("1000/hour", "key")
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    with valkey.client() as client:
        assert [client.get(key) for key in client.keys("*")] == ["601"]


def fork(call: Callable[[], list[int]]) -> int:
    """Have a child of this process make a call, and end well if nothing has to wait; gives its process ID."""
    if child := os.fork():
        return child
    try:
        os._exit(any(call()))
    finally:
        os._exit(2)


def test_nodes_whose_clocks_differ_share_each_window(valkey: Valkey) -> None:
    nodes = [node(valkey.url), node(valkey.url)]
    waits, left = [], []
    for number in range(6):
        with time_machine.travel(1_800_000_000 + 300 * (number % 2), tick=False):
            waits.append(nodes[number % 2].count(LIMIT, "key"))
            left.append(nodes[number % 2].spend(10, 60, "app").left)
    assert waits[:3] == [0, 0, 0]
    assert all(3590 < wait <= 3600 for wait in waits[3:])
    assert left == [9, 8, 7, 6, 5, 4]


def test_every_count_goes_by_itself_and_attempts_meanwhile_do_not_lengthen_it(valkey: Valkey) -> None:
    limiter = node(valkey.url)
    with valkey.client() as client:
        limiter.count("1/minute", "sign-in", "ada@people.example")
        [key] = client.keys("*")
        assert 58_000 < client.pttl(key) <= 60_000
        assert "ada" not in key
        client.pexpire(key, 1500)
        assert limiter.count("1/minute", "sign-in", "ada@people.example") == 2
        assert client.pttl(key) <= 1500
        client.persist(key)  # as a hand at the console might
        limiter.count("1/minute", "sign-in", "ada@people.example")
        assert client.pttl(key) > 0


def test_a_count_costs_one_round_trip(valkey: Valkey) -> None:
    limiter = node(valkey.url)
    limiter.count(LIMIT, "key")  # brings the script there
    with valkey.client() as client:
        client.config_resetstat()
        for _ in range(10):
            limiter.count(LIMIT, "key")
        assert set(client.info("commandstats")) == {
            f"cmdstat_{name}" for name in ("evalsha", "incr", "pttl", "config|resetstat")
        }
        assert client.info("commandstats")["cmdstat_evalsha"]["calls"] == 10
