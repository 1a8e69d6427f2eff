"""What the quickstarts' server is reached through: passes everything on, until a test has it fail."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TOO_BUSY = b"<!doctype html><title>503</title><h1>Service Unavailable</h1>"


class Front:
    """A reverse proxy on loopback; its address is the server's public one."""

    def __init__(self) -> None:
        self.server_url = ""
        """What it passes on to, once that is there."""
        self._failing: tuple[str, int | None] | None = None
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @contextmanager
    def failing(self, path: str, status: int | None = None) -> Iterator[None]:
        """Nothing gets through to the addresses that begin with a path.

        Args:
            path: such as `/api/`.
            status: what is answered instead, with a page that is no JSON; None to hang up without a word.
        """
        self._failing = path, status
        try:
            yield
        finally:
            self._failing = None

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, status = front._failing or ("", None)
                if path and self.path.startswith(path):
                    if status:  # in words that also a page of another origin may read
                        self._answer(status, [("Access-Control-Allow-Origin", "*")], TOO_BUSY)
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with closing(HTTPConnection(urlsplit(front.server_url).netloc, timeout=30)) as connection:
                    connection.request(self.command, self.path, body, dict(self.headers))
                    answer = connection.getresponse()
                    headers = [header for header in answer.getheaders() if header[0].lower() not in HOP_BY_HOP]
                    self._answer(answer.status, headers, answer.read())

            def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_OPTIONS = do_GET  # noqa: N815  # the base class's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
                """Keep the test's output quiet."""

        return Handler


HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}
"""Headers that are about one connection, and not the answer (RFC 9110, section 7.6.1)."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers hang up when they please."""
