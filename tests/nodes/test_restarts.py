"""Nodes are restarted, upgraded and lost while apps go on using the portal."""

import os
import signal
import ssl
import time
from typing import Any

import pytest

from tests.nodes.conftest import DRAIN_SECONDS, Nodes
from tests.nodes.load import APPS, Load
from tests.nodes.proxies import HAProxy, Nginx, Proxy

pytestmark = pytest.mark.heavy


def check_books(load: Load, nodes: Nodes) -> None:
    """Both nodes answer, and every family balances."""
    assert all(node.is_ready() for node in nodes)
    load.check_books(nodes[0].environment["DATABASE_URL"], [node.url for node in nodes])


def test_behind_haproxy_nodes_are_restarted_one_by_one_and_no_request_fails(
    nodes: Nodes, haproxy: HAProxy, seeded: dict[str, Any], trust: ssl.SSLContext
) -> None:
    with Load(seeded, [haproxy.url], trust) as load:
        load.go_on(0.3)
        for node in nodes:
            assert node.stop() >= DRAIN_SECONDS, "it did not wait until the proxy had turned to the other node"
            node.start()
            load.go_on(1.5)  # until the proxy has seen that it is ready
    assert load.troubles == []
    assert load.answered > 200
    check_books(load, nodes)


def test_behind_nginx_nodes_are_left_out_restarted_and_taken_in_and_no_request_fails(
    nodes: Nodes, nginx: Nginx, seeded: dict[str, Any], trust: ssl.SSLContext
) -> None:
    with Load(seeded, [nginx.url], trust) as load:
        load.go_on(0.3)
        for node in nodes:
            nginx.leave_out(node)
            assert node.stop(at_once=True) < DRAIN_SECONDS + 10
            node.start()
            nginx.take_in(node)
            load.go_on(0.3)
    assert load.troubles == []
    check_books(load, nodes)


def test_of_a_node_that_is_lost_only_what_it_was_answering_fails(
    nodes: Nodes, proxies: tuple[Proxy, Proxy], seeded: dict[str, Any], trust: ssl.SSLContext
) -> None:
    with Load(seeded, [proxy.url for proxy in proxies], trust) as load:
        load.go_on(0.3)
        nodes[0].kill()
        load.go_on(1.5)
        in_flight = len(load.troubles)
        load.go_on(1)
        assert in_flight <= APPS
        assert len(load.troubles) == in_flight, "somebody is still sent to a node that is not there"
        nodes[0].start()
        load.go_on(1.5)
    assert len(load.troubles) == in_flight
    check_books(load, nodes)


def test_a_server_process_that_dies_is_replaced(nodes: Nodes) -> None:
    [process] = nodes[1].server_processes()
    os.kill(process, signal.SIGKILL)
    ends = time.monotonic() + 20
    while nodes[1].server_processes() in ([process], []):
        assert time.monotonic() < ends, "no other process was started"
        time.sleep(0.05)
    nodes[1].wait()
    assert nodes[1].is_ready()
