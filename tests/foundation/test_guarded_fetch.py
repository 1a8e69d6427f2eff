"""The guarded fetch: where it may go, how long it may take, how much it reads (OWASP ASVS 1.3.6, RFC 6890)."""

import ssl
import time
from typing import Any

import pytest

from portal.foundation.guarded_fetch import MOST_BODY_BYTES, Fetched, NotFetched, fetch
from tests.fixtures.document_server import HOST, DocumentServer, Pieces, answer

NO_ADDRESS = "has no public address"


class Names:
    """A name server: gives each of `answers` in turn, and the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, *_: object) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def get(url: str, *addresses: str, **changes: Any) -> Fetched:
    usual = {"user_agent": "Tests", "loopback": True, "resolver": Names(list(addresses or ["127.0.0.1"]))}
    return fetch(url, **{**usual, **changes})


def stop_before(address: str) -> None:
    raise LookupError(address)


def refusal(url: str, *addresses: str, **changes: Any) -> str:
    with pytest.raises(NotFetched) as refused:
        get(url, *addresses, **changes)
    return refused.value.text


@pytest.mark.standard(
    "ContextFile security rule", "67", "Private, metadata and mapped IPv6 addresses are not fetched from"
)
@pytest.mark.standard("Client ID Metadata Document", "SSRF Attacks", "Addresses of special use are not fetched from")
@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:8.8.8.8"])
def test_an_address_that_is_not_public_is_refused_alone_and_beside_a_public_one(address: str) -> None:
    for addresses in ([address], ["8.8.8.8", address], [address, "2606:4700::1111"]):
        assert NO_ADDRESS in refusal(f"https://{HOST}/client", *addresses, loopback=False)


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "0.0.0.0", "::"])  # noqa: S104
def test_the_development_setting_opens_loopback_and_nothing_else(address: str) -> None:
    assert NO_ADDRESS in refusal(f"https://{HOST}/client", "127.0.0.1", address)


def test_the_systems_resolver_is_not_fooled_by_other_ways_to_write_an_address() -> None:
    for host in ("localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:7f00:1]", "169.254.169.254"):
        with pytest.raises(NotFetched, match=NO_ADDRESS):
            fetch(f"https://{host}/client", user_agent="Tests")


def test_a_name_that_is_not_there_is_told_in_the_same_words_as_one_inside() -> None:
    def fail(host: str, port: int) -> list[str]:
        raise OSError("no such name") if host == HOST else UnicodeError("an empty label")

    assert refusal("https://a..example/client", resolver=fail) == "The host name has no public address."
    for resolver in (fail, Names([]), Names(["10.0.0.1"])):
        assert refusal(f"https://{HOST}/client", resolver=resolver) == "The host name has no public address."


@pytest.mark.standard("ContextFile security rule", "67", "A name that leads elsewhere the second time is resolved once")
def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(document_server: DocumentServer) -> None:
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    get(f"http://{HOST}:{document_server.port}/client", resolver=names)
    assert names.asked == 1
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(LookupError, match=r"8\.8\.8\.8"):
        get(f"https://{HOST}:{document_server.port}/client", resolver=names, admit=stop_before)
    assert names.asked == 1


def test_http_is_for_loopback_addresses_and_the_development_setting(document_server: DocumentServer) -> None:
    url = f"http://{HOST}:{document_server.port}/client"
    assert get(url).body == b"{}"
    assert "https" in refusal(url, "8.8.8.8")
    assert "https" in refusal(url, "127.0.0.1", "8.8.8.8")
    assert "https" in refusal(url, "8.8.8.8", loopback=False)
    assert NO_ADDRESS in refusal(url, loopback=False)
    assert len(document_server.requests) == 1


def test_another_address_is_tried_but_not_a_list_of_them(document_server: DocumentServer) -> None:
    url = f"http://{HOST}:{document_server.port}/client"
    tried: list[str] = []
    get(url, "127.0.0.2", "127.0.0.1", admit=tried.append)
    assert tried == ["127.0.0.2", "127.0.0.1"]
    assert "cannot be connected to" in refusal(url, *[f"127.0.0.{i}" for i in range(2, 9)], "127.0.0.1")


def test_who_is_asked_before_connecting_may_refuse(document_server: DocumentServer) -> None:
    with pytest.raises(LookupError, match=r"127\.0\.0\.1"):
        get(f"{document_server.origin}/client", admit=stop_before)
    assert document_server.requests == []


def test_the_request_says_what_it_must_and_goes_past_proxies(
    document_server: DocumentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    get(f"http://{HOST}:{document_server.port}//a%2Fb;c?d=%20e&f")
    first, *headers = document_server.requests[0].decode().strip().split("\r\n")
    assert first == "GET //a%2Fb;c?d=%20e&f HTTP/1.1"
    assert sorted(headers) == [
        "Accept-Encoding: identity", "Accept: application/json", "Connection: close",
        f"Host: {HOST}:{document_server.port}", "User-Agent: Tests",
    ]  # fmt: skip


@pytest.mark.standard("ContextFile security rule", "67", "Redirects are not followed")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_redirects_are_not_followed(document_server: DocumentServer, status: str) -> None:
    document_server.pieces = answer(b"", f"Location: {document_server.origin}/other", status=status)
    assert "Redirects are not followed" in refusal(f"{document_server.origin}/client")
    assert len(document_server.requests) == 1


CHUNK = b"%x\r\n%s\r\n" % (MOST_BODY_BYTES, b"x" * MOST_BODY_BYTES)
JSON = "Content-Type: application/json"


@pytest.mark.standard("ContextFile security rule", "67", "Oversize and malformed answers are refused")
@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        (answer(status="204 No Content"), "it has 204"),
        (answer(status="404 Not Found"), "it has 404"),
        (answer(status="500 Oh No"), "it has 500"),
        (answer(status="206 Partial"), "it has 206"),
        (answer(content_type="text/html"), "Content-Type must be application/json"),
        (answer(content_type="text/x+json"), "Content-Type must be application/json"),
        (answer(content_type=None), "Content-Type must be application/json"),
        (answer(b"x" * (MOST_BODY_BYTES + 1)), "larger than 5120 bytes"),
        (answer(b"x", "Content-Length: 999999999999"), "larger than 5120 bytes"),
        (answer(b"x", f"Content-Length: {10**30}"), "larger than 5120 bytes"),
        (answer(CHUNK * 3 + b"0\r\n\r\n", "Transfer-Encoding: chunked"), "larger than 5120 bytes"),
        (answer(b"ffffffffffff\r\n" + b"x" * 9000, "Transfer-Encoding: chunked"), "larger than 5120 bytes"),
        (answer(b"-5\r\nxxxxx\r\n", "Transfer-Encoding: chunked"), "did not answer in HTTP"),
        (answer(b"x", "Content-Length: 100"), "shorter than its Content-Length"),
        (answer(b"5\r\nx", "Transfer-Encoding: chunked"), "did not answer in HTTP"),
        (answer(b"{}", *[f"X-{i}: {'x' * 900}" for i in range(90)]), "larger than 32768 bytes"),
        (answer(b"{}", "X: " + "x" * 60_000), "larger than 32768 bytes"),
        (answer(b"{}", *[f"X-{i}: x" for i in range(200)]), "did not answer in HTTP"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n" * 9000], "larger than 32768 bytes"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], "did not answer in HTTP"),
        ([b"HTTP/1.1 200 OK\r\n"], "Content-Type must be application/json"),
        ([], "broke the connection"),
    ],
)  # fmt: skip
def test_any_other_answer_is_an_error(document_server: DocumentServer, pieces: Pieces, words: str) -> None:
    document_server.pieces = pieces
    assert words in refusal(f"{document_server.origin}/client")


@pytest.mark.standard("ContextFile security rule", "67", "Slow answers are given up")
@pytest.mark.parametrize(
    "pieces",
    [
        [5.0],
        [b"HTTP/1.1 200 OK\r\n", *[b"X: x\r\n", 0.1] * 50],
        [b"HTTP/1.1 200 OK\r\nX: ", *[b"x", 0.1] * 50],
        [*[b"HTTP/1.1 100 Continue\r\n\r\n", 0.1] * 50],
        [*answer(b""), *[b" ", 0.1] * 50],
    ],
)  # fmt: skip
@pytest.mark.parametrize("secure", [False, True])
def test_a_slow_answer_is_given_up_when_its_time_is_over_in_all(
    document_server: DocumentServer, tls_server: tuple[DocumentServer, ssl.SSLContext], pieces: Pieces, secure: bool
) -> None:
    server, trust = tls_server if secure else (document_server, None)
    server.pieces = pieces
    start = time.monotonic()
    text = refusal(f"{'https' if secure else 'http'}://{HOST}:{server.port}/client", tls=trust, seconds=0.5)
    assert "did not arrive within 0.5 seconds" in text
    assert time.monotonic() - start < 2


def test_a_slow_name_server_and_a_slow_handshake_are_given_up_too(document_server: DocumentServer) -> None:
    def dawdle(host: str, port: int) -> list[str]:
        time.sleep(2)
        return ["127.0.0.1"]

    start = time.monotonic()
    assert NO_ADDRESS in refusal(f"{document_server.origin}/client", resolver=dawdle, seconds=0.3)
    assert "did not arrive" in refusal(f"https://{HOST}:{document_server.port}/client", seconds=0.3)
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("body", "headers", "content_type"),
    [
        (b"x" * MOST_BODY_BYTES, [], "application/json"),
        (b"x" * MOST_BODY_BYTES, [f"Content-Length: {MOST_BODY_BYTES}"], "Application/JSON; charset=utf-8"),
        (CHUNK + b"0\r\n\r\n", ["Transfer-Encoding: chunked"], "application/oauth-client+json"),
    ],
)
def test_five_kilobytes_of_json_arrive(
    document_server: DocumentServer, body: bytes, headers: list[str], content_type: str
) -> None:
    document_server.pieces = answer(body, *headers, content_type=content_type)
    assert get(f"{document_server.origin}/client").body == b"x" * MOST_BODY_BYTES


def test_the_certificate_must_be_for_the_host_and_from_somebody_trusted(
    tls_server: tuple[DocumentServer, ssl.SSLContext],
) -> None:
    server, trust = tls_server
    assert get(f"https://{HOST}:{server.port}/client", tls=trust).body == b"{}"
    assert server.names == [HOST]
    assert "certificate is not valid" in refusal(f"https://evil.example:{server.port}/client", tls=trust)
    assert "certificate is not valid" in refusal(f"https://127.0.0.1:{server.port}/client", tls=trust)
    assert "certificate is not valid" in refusal(f"https://{HOST}:{server.port}/client")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        (["Cache-Control: max-age=600"], 600),
        (["Cache-Control: public, max-age=600, s-maxage=60"], 60),
        (["Cache-Control: max-age=600", "Age: 100"], 500),
        (["Cache-Control: max-age=600", "Age: 700"], 0),
        (["Cache-Control: max-age=600", "Cache-Control: no-store"], 0),
        (["Cache-Control: no-cache"], 0),
        (["Cache-Control: max-age=soon"], None),
        (["Date: Tue, 01 Dec 2026 12:00:00 GMT", "Expires: Tue, 01 Dec 2026 13:00:00 GMT"], 3600),
        (["Date: Tue, 01 Dec 2026 12:00:00 GMT", "Expires: Tue, 01 Dec 2026 11:00:00 GMT"], 0),
        (["Date: Tue, 01 Dec 2026 12:00:00 GMT", "Expires: 0"], 0),
        (["Cache-Control: max-age=60", "Expires: Tue, 01 Dec 2099 13:00:00 GMT"], 60),
    ],
)
def test_its_headers_say_how_long_it_may_be_kept(
    document_server: DocumentServer, headers: list[str], seconds: int | None
) -> None:
    """RFC 9111 §4.2.1, §5.3."""
    document_server.pieces = answer(b"{}", *headers)
    assert get(f"{document_server.origin}/client").fresh_seconds == seconds
