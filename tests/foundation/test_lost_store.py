"""Limits when the store that nodes share is gone: no error, no long wait, and counts of each process's own."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count

import pytest

from portal.foundation.limits import Limiter
from portal.foundation.shared_store import PATIENCE_SECONDS
from tests.fixtures.loopback import free_port
from tests.fixtures.valkey import Valkey, node, running

SLACK_SECONDS = 0.3
"""What a busy machine may add to a wait."""
LIMIT = "3/hour"


def seconds(call: Callable[[], object]) -> float:
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_killed_under_load_it_costs_nobody_an_error_and_each_process_counts_for_itself(
    valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    nodes, stop, numbers = (
        [node(valkey.url, left_alone_seconds=0.2), node(valkey.url, left_alone_seconds=0.2)],
        threading.Event(),
        count(),
    )
    slowest: list[float] = []

    def load(limiter: Limiter) -> None:
        slowest.append(0)
        while not stop.is_set():
            took = seconds(lambda: limiter.count(LIMIT, f"load {next(numbers)}"))
            slowest[-1] = max(slowest[-1], took)

    with ThreadPoolExecutor(4) as threads, caplog.at_level(logging.INFO, "portal"):
        loads = [threads.submit(load, nodes[number % 2]) for number in range(4)]
        try:
            for _ in range(2):
                nodes[0].count(LIMIT, "guess")
            valkey.kill()
            wait_until(lambda: all(one.store_fault() for one in nodes))
            # Each begins at none: a guesser gets the limit once from each process.
            assert [[one.count(LIMIT, "guess") > 0 for _ in range(4)] for one in nodes] == [[False] * 3 + [True]] * 2
            valkey.start()
            wait_until(lambda: not any(one.store_fault() for one in nodes))
            assert [one.count(LIMIT, "shared again") > 0 for one in nodes * 2] == [False] * 3 + [True]
        finally:
            stop.set()
        for running_load in loads:
            running_load.result()
    assert max(slowest) < PATIENCE_SECONDS + SLACK_SECONDS
    for words in ("store is lost", "store is back"):
        assert [words in record.message for record in caplog.records].count(True) == 2, "once from each node"


def test_out_of_reach_it_is_waited_for_once(valkey: Valkey) -> None:
    limiter = node(valkey.url)
    limiter.count(LIMIT, "key")
    valkey.freeze()
    assert PATIENCE_SECONDS <= seconds(lambda: limiter.count(LIMIT, "key")) < PATIENCE_SECONDS + SLACK_SECONDS
    assert seconds(lambda: [limiter.count(LIMIT, "key") for _ in range(20)]) < PATIENCE_SECONDS
    assert seconds(limiter.store_fault) < PATIENCE_SECONDS
    assert "imeout" in (limiter.store_fault() or "")


def test_while_it_is_out_of_reach_one_caller_now_and_then_asks_for_all(valkey: Valkey) -> None:
    limiter = node(valkey.url, left_alone_seconds=0.3)
    valkey.freeze()
    limiter.count(LIMIT, "key")
    time.sleep(0.3)
    with ThreadPoolExecutor(4) as threads:
        waits = list(threads.map(lambda _: seconds(lambda: limiter.count(LIMIT, "key")), range(4)))
    assert [wait >= PATIENCE_SECONDS for wait in waits].count(True) == 1
    valkey.thaw()
    time.sleep(0.3)
    assert limiter.store_fault() is None


def test_whatever_else_is_at_the_address_no_count_fails() -> None:
    def speak_http() -> None:
        with suppress(OSError):
            while True:
                with listener.accept()[0] as connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with running(maxmemory="1") as full, socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=speak_http, daemon=True).start()
        for port in (full.port, listener.getsockname()[1], free_port()):
            limiter = node(f"redis://127.0.0.1:{port}")
            assert [limiter.count(LIMIT, "key") > 0 for _ in range(4)] == [False] * 3 + [True]
            limiter.forget(LIMIT, "key")
            assert limiter.count(LIMIT, "key") == 0
            assert limiter.store_fault()
