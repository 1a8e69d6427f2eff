"""The examples for nginx and HAProxy do what they say."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.fixtures.databases import missing
from tests.fixtures.servers import Demo, LiveServer
from tests.nodes.conftest import Nodes
from tests.nodes.proxies import Proxy
from tests.races.nodes import Line
from tests.races.visitor import Visitor

pytestmark = pytest.mark.heavy

SLOW_SENDERS = 100
SLOW_UPLOADS = 24
"""More than the nodes have threads."""
WHOLE_SECONDS = 3
"""How long ten requests may take beside them."""


@pytest.fixture
def session(certificate: Path) -> Iterator[requests.Session]:
    """A client that trusts the proxies."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(certificate)
        yield session


def test_the_public_gets_neither_figures_nor_a_way_without_tls(
    proxies: tuple[Proxy, Proxy], session: requests.Session
) -> None:
    for proxy in proxies:
        for path in ("/metrics", "/readyz"):
            assert session.get(proxy.url + path, timeout=10).status_code == 404
        plain = session.get(f"http://localhost:{proxy.plain_port}/login?next=x", timeout=10, allow_redirects=False)
        assert plain.status_code == 301
        assert re.fullmatch(r"https://localhost(:\d+)?/login\?next=x", plain.headers["Location"])


def test_no_way_of_writing_their_addresses_leads_to_the_figures(
    proxies: tuple[Proxy, Proxy], trust: ssl.SSLContext
) -> None:
    for proxy in proxies:
        for path in (
            "/readyz",
            "/%72eadyz",
            "/readyz?x",
            "//readyz",
            "/./readyz",
            "/x/../readyz",
            "https://localhost/readyz",
        ):
            with opened(proxy, trust) as channel:
                channel.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                assert b" 404 " in channel.recv(100), (proxy.file.name, path)


def test_what_is_too_large_is_refused_before_it_is_read(proxies: tuple[Proxy, Proxy], trust: ssl.SSLContext) -> None:
    for proxy in proxies:
        with opened(proxy, trust) as channel:
            channel.sendall(head("/login", 17 * 1024 * 1024))
            assert b" 413 " in channel.recv(100)


def test_a_client_cannot_say_where_it_is(
    nodes: Nodes, proxies: tuple[Proxy, Proxy], certificate: Path, demo: Demo
) -> None:
    for proxy in proxies:
        forged = {"X-Forwarded-For": "203.0.113.66", "Forwarded": "for=203.0.113.66"}
        server = LiveServer(proxy.url, nodes[0].environment, nodes[0].log)
        Visitor(server, demo, trust=certificate, headers=forged).close()
    events = json.loads(nodes[0].command("audit", "list", "--user", demo.email, "--kind", "signed_in", "--json"))
    assert len(events) >= len(proxies)
    assert {event["address"] for event in events} == {"127.0.0.1"}


def test_hsts_and_request_ids_arrive_once(proxies: tuple[Proxy, Proxy], session: requests.Session) -> None:
    for proxy in proxies:
        answer = session.get(f"{proxy.url}/login", timeout=10, headers={"X-Request-Id": "chosen-by-a-stranger"})
        assert answer.status_code == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert len(answer.headers["X-Request-Id"]) >= 32, "it is the proxy's"
        assert "stranger" not in answer.headers["X-Request-Id"]


@pytest.mark.parametrize(("path", "length"), [("/api/oauth/token", 200), ("/login", 100_000)], ids=["short", "long"])
def test_a_hundred_slow_senders_keep_nobody_waiting(
    proxies: tuple[Proxy, Proxy], seeded: dict[str, Any], trust: ssl.SSLContext, path: str, length: int
) -> None:
    for proxy in proxies:
        with ExitStack() as stack:
            for _ in range(SLOW_SENDERS):
                channel = stack.enter_context(opened(proxy, trust))
                channel.sendall(head(path, length) + b"x" * (length - 1))
            begun = time.monotonic()
            line = Line(proxy.url, seeded["client_id"], seeded["client_secret"], trust)
            assert not any(line.accepts(f"cf_rt_{number}") for number in range(10))
            line.close()
            assert time.monotonic() - begun < WHOLE_SECONDS


def opened(proxy: Proxy, trust: ssl.SSLContext) -> ssl.SSLSocket:
    """A connection to a proxy."""
    port = urlsplit(proxy.url).port
    return trust.wrap_socket(socket.create_connection(("localhost", port), timeout=10), server_hostname="localhost")


def head(path: str, length: int) -> bytes:
    """The headers of a POST with a body of so many bytes."""
    form = "Content-Type: application/x-www-form-urlencoded"
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{form}\r\nContent-Length: {length}\r\n\r\n".encode()


def test_slow_senders_over_http_2_who_do_not_say_how_much_they_send_keep_nobody_waiting(
    nodes: Nodes, proxies: tuple[Proxy, Proxy], seeded: dict[str, Any], trust: ssl.SSLContext
) -> None:
    curl = shutil.which("curl")
    if curl is None:
        missing("curl is missing; apt install curl")
    command = [curl, "--http2", "--insecure", "--silent", "--noproxy", "*", "--upload-file", "-", "--request", "POST"]
    for proxy in proxies:
        senders = [
            subprocess.Popen(
                [*command, f"{proxy.url}/api/oauth/token"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
            )
            for _ in range(SLOW_UPLOADS)
        ]
        try:
            for sender in senders:
                assert sender.stdin
                sender.stdin.write(b"x" * 20_000)
                sender.stdin.flush()
            time.sleep(1)  # until all of them are where they are to wait
            assert all(sender.poll() is None for sender in senders)
            begun = time.monotonic()
            line = Line(proxy.url, seeded["client_id"], seeded["client_secret"], trust)
            assert not any(line.accepts(f"cf_rt_{number}") for number in range(10))
            line.close()
            assert time.monotonic() - begun < WHOLE_SECONDS
        finally:
            for sender in senders:
                sender.kill()
                sender.communicate()
