import hashlib
import json
import os
import secrets
import signal
import sys
import tempfile
import webbrowser
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen

CONTEXTFILE = "https://contextfile.ai"
CLIENT_ID = "YOUR_CLIENT_ID"
SCOPE = "profile:read contexts:read"
TOKEN_FILE = Path.home() / ".contextfile-token"


def fetch(path, access_token="", **form):
    """Call ContextFile; gives the status, 0 if there is none, and what the JSON says."""
    data = urlencode({"client_id": CLIENT_ID, **form}).encode() if form else None
    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    try:
        with urlopen(Request(CONTEXTFILE + path, data, headers), timeout=10) as answer:
            return answer.status, json.loads(answer.read() or "{}")
    except OSError as failure:
        if isinstance(failure, HTTPError) and failure.code < 500:
            return failure.code, json.load(failure)
        problem = f"ContextFile cannot be reached: {failure}"
        return 0, {"error_description": problem, "message": problem}


def keep(tokens):
    """Put the refresh token where only its owner can read it, and never half of it."""
    number, draft = tempfile.mkstemp(prefix=".contextfile-", dir=TOKEN_FILE.parent)
    with open(number, "w") as file:
        file.write(tokens["refresh_token"])
    os.replace(draft, TOKEN_FILE)
    return tokens["access_token"]


def refresh():
    """An access token without a browser; None if nothing good is kept."""
    if not TOKEN_FILE.exists():
        return None
    form = {"grant_type": "refresh_token", "refresh_token": TOKEN_FILE.read_text()}
    status, answer = fetch("/api/oauth/token", **form)
    if status == 400:  # invalid_grant: ended by the user, or expired
        return None
    return keep(answer) if status == 200 else sys.exit(answer["error_description"])


class Callback(BaseHTTPRequestHandler):
    timeout = 2  # seconds; browsers open connections in advance and may send nothing

    def do_GET(self):
        path, _, query = self.path.partition("?")
        answer = dict(parse_qsl(query))
        got, sent = answer.get("state", "").encode(), self.server.state.encode()
        if path != "/callback" or not secrets.compare_digest(got, sent):
            self.send_error(404, "This answer belongs to no request of yours.")
            return
        self.server.answer = answer
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"Go back to the terminal. You can close this window.")

    def log_message(self, *_):
        """Keep the terminal for people."""


def connect():
    """An access token that the user gives in the browser."""
    server = HTTPServer(("127.0.0.1", 0), Callback)  # any port that is free
    server.state, server.answer = secrets.token_urlsafe(32), {}
    redirect_uri = f"http://127.0.0.1:{server.server_port}/callback"
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": server.state,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"="),
        "code_challenge_method": "S256",
    }
    address = f"{CONTEXTFILE}/oauth/authorize?{urlencode(query)}"
    invitation = "Allow this program in your browser. If none opens, visit"
    print(f"{invitation}\n{address}\n", file=sys.stderr)
    webbrowser.open(address)
    while not server.answer:
        server.handle_request()
    server.server_close()
    if server.answer.get("iss") != CONTEXTFILE:
        sys.exit("This answer is not from ContextFile.")
    if "error" in server.answer:
        sys.exit(f"No access was given. {server.answer.get('error_description', '')}")
    status, answer = fetch(
        "/api/oauth/token",
        grant_type="authorization_code",
        code=server.answer.get("code"),
        redirect_uri=redirect_uri,
        code_verifier=verifier,
    )
    return keep(answer) if status == 200 else sys.exit(answer["error_description"])


def disconnect():
    if TOKEN_FILE.exists():
        status, _ = fetch("/api/oauth/revoke", token=TOKEN_FILE.read_text())
        if status != 200:
            sys.exit("ContextFile could not be reached; nothing was ended. Try again.")
        TOKEN_FILE.unlink()
    print("Disconnected.")


def list_contexts():
    status, answer = fetch("/api/v1/contexts", access_token=refresh() or connect())
    if status != 200:
        sys.exit(answer["message"])
    for name in (context["name"] for context in answer["data"]):
        print(name if name.isprintable() else ascii(name))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it without a traceback
    disconnect() if "--disconnect" in sys.argv else list_contexts()
