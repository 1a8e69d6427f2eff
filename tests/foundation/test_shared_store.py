"""How the store that nodes share is reached: passwords, users, TLS, connections that end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fixtures.document_server import make_certificate
from tests.fixtures.valkey import Valkey, node, running

LIMIT = "3/hour"


def test_connections_that_it_closed_are_made_anew(valkey: Valkey) -> None:
    limiter = node(valkey.url)
    limiter.count(LIMIT, "key")
    with valkey.client() as client:
        client.client_kill_filter(_type="normal", skipme=True)
    assert [limiter.count(LIMIT, "key") > 0 for _ in range(3)] == [False, False, True]
    valkey.kill()
    valkey.start()  # has never seen the script
    assert [limiter.count(LIMIT, "key") > 0 for _ in range(4)] == [False] * 3 + [True]
    assert limiter.store_fault() is None


def test_a_wrong_password_is_told_and_neither_it_nor_the_right_one_is_repeated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running(requirepass="right/horse") as server:
        place = f"127.0.0.1:{server.port}"
        assert node(f"valkey://:right%2Fhorse@{place}/3").store_fault() is None
        assert node(f"redis://default:right%2Fhorse@{place}").store_fault() is None
        for who in ("", ":battery-staple@", "somebody:battery-staple@"):
            limiter = node(f"redis://{who}{place}")
            assert limiter.count(LIMIT, "key") == 0
            fault = limiter.store_fault() or ""
            assert fault.startswith(f"{place}: ")
            assert "staple" not in fault + caplog.text
            assert "horse" not in fault + caplog.text


def test_a_user_who_may_do_no_more_than_the_deployment_guide_says_is_enough(valkey: Valkey) -> None:
    rights = "resetkeys ~contextfile:count:* -@all +evalsha +script|load +incr +pttl +pexpire +del +select"
    with valkey.client() as client:
        client.execute_command("ACL", "SETUSER", "portal", "on", ">secret", *rights.split())
    limiter = node(f"redis://portal:secret@127.0.0.1:{valkey.port}/1")
    assert [limiter.count("1/hour", "key") > 0 for _ in range(2)] == [False, True]
    limiter.forget("1/hour", "key")
    assert limiter.count("1/hour", "key") == 0
    assert limiter.store_fault() is None


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, valkey: Valkey) -> Iterator[int]:
    """The port of a server with a certificate for localhost that this machine trusts: it hands all on to Valkey."""
    serving, _ = make_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))

    def hand_on(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(4096):
                target.sendall(piece)

    def serve() -> None:
        while True:
            try:
                inner = listener.accept()[0]
            except OSError:
                return
            with (
                suppress(OSError),
                serving.wrap_socket(inner, server_side=True) as outside,
                socket.create_connection(("127.0.0.1", valkey.port)) as inside,
            ):
                threading.Thread(target=hand_on, args=(inside, outside), daemon=True).start()
                hand_on(outside, inside)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def test_over_tls_the_certificate_must_be_the_hosts(tls: int) -> None:
    for scheme in ("rediss", "valkeys"):
        assert node(f"{scheme}://localhost:{tls}").store_fault() is None
        assert "certificate" in (node(f"{scheme}://127.0.0.1:{tls}").store_fault() or "")
