"""What the doctor's tests share: a healthy application, what a check finds, and a proxy to look through."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flask import Flask
from werkzeug.serving import make_server

from portal.operations.doctor.findings import Finding, Look

SECRET_KEY = "a key that only these tests use, 32 characters or more"


def found(app: Flask, look: Look) -> list[Finding]:
    """What a check finds."""
    with app.app_context():
        return list(look(app.config["SETTINGS"]))


def states(findings: list[Finding]) -> list[str]:
    """Only how each is."""
    return [finding.state for finding in findings]


@contextmanager
def served(app: Flask, port: int) -> Iterator[None]:
    """Answer requests meanwhile."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def proxy(port: int, target: int, *, appends: bool = False, forwards: bool = True) -> Iterator[None]:
    """Pass requests on meanwhile.

    Args:
        appends: add the caller to what X-Forwarded-For says already; otherwise it takes its place.
        forwards: whether to say who the caller is at all.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = dict(self.headers.items())
            claimed = [headers.pop("X-Forwarded-For")] if "X-Forwarded-For" in headers else []
            if forwards:
                headers["X-Forwarded-For"] = ", ".join([*(claimed if appends else []), "198.51.100.4"])
            elif claimed:
                headers["X-Forwarded-For"] = claimed[0]
            connection = http.client.HTTPConnection("127.0.0.1", target, timeout=10)
            connection.request("GET", self.path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
