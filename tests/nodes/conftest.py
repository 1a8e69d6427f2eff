"""Two nodes of one portal, their database, and a proxy of each kind before them: what a company would run."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.databases import missing
from tests.fixtures.document_server import make_certificate
from tests.fixtures.postgresql import PostgresqlMissingError
from tests.fixtures.servers import Demo
from tests.fixtures.valkey import Valkey, ValkeyMissingError, running
from tests.nodes.load import Load
from tests.nodes.machines import Node
from tests.nodes.proxies import HAProxy, Nginx, Proxy
from tests.nodes.restartable import Postgresql

DRAIN_SECONDS = 3
Nodes = tuple[Node, Node]


@pytest.fixture(scope="session")
def database_server() -> Iterator[Postgresql]:
    """The database of all nodes."""
    try:
        server = Postgresql()
    except PostgresqlMissingError as error:
        missing(str(error))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def store() -> Iterator[Valkey]:
    """Where all nodes count rate limits."""
    try:
        with running() as server:
            yield server
    except ValkeyMissingError as error:
        missing(str(error))


@pytest.fixture(scope="session")
def two_nodes(database_server: Postgresql, store: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two that share a database, a store and a key, and nothing else."""
    shared = {"database_url": database_server.url, "redis_url": store.url}
    settings = {**shared, "drain_seconds": DRAIN_SECONDS, "trusted_proxies": 1}
    one, other = (Node.make(tmp_path_factory.mktemp("node"), **settings) for _ in range(2))
    one.begin()
    other.begin()
    one.wait()
    other.wait()
    yield one, other
    for node in (one, other):
        node.kill()


@pytest.fixture
def nodes(two_nodes: Nodes) -> Nodes:
    """Both, running, whatever became of them in an earlier test."""
    for node in two_nodes:
        if node.process.poll() is not None:
            node.start()
    return two_nodes


@pytest.fixture(scope="session")
def seeded(two_nodes: Nodes) -> dict[str, Any]:
    """Codes and families enough for every test of this folder."""
    made: dict[str, Any] = json.loads(two_nodes[0].command("bench-seed", "--codes", "400", "--refresh", "100"))
    return made


@pytest.fixture(scope="session")
def demo(two_nodes: Nodes) -> Demo:
    """Somebody with a password."""
    return two_nodes[0].demo()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of localhost, with its key, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    make_certificate(folder, "localhost")
    return folder / "localhost.pem"


@pytest.fixture(scope="session")
def trust(certificate: Path) -> ssl.SSLContext:
    """Of clients that know it."""
    return ssl.create_default_context(cafile=certificate)


@pytest.fixture(scope="session")
def nginx(two_nodes: Nodes, certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    proxy = Nginx("nginx", "nginx.conf", tmp_path_factory.mktemp("nginx"), certificate, two_nodes)
    proxy.start()
    yield proxy
    proxy.close()


@pytest.fixture(scope="session")
def haproxy(two_nodes: Nodes, certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HAProxy]:
    proxy = HAProxy("haproxy", "haproxy.cfg", tmp_path_factory.mktemp("haproxy"), certificate, two_nodes)
    proxy.start()
    yield proxy
    proxy.close()


@pytest.fixture
def proxies(nginx: Nginx, haproxy: HAProxy) -> tuple[Proxy, Proxy]:
    """Both."""
    return nginx, haproxy


@pytest.fixture
def direct_load(seeded: dict[str, Any], nodes: Nodes) -> Load:
    """Apps that use both nodes by turns, past the proxies."""
    return Load(seeded, [node.url for node in nodes])
