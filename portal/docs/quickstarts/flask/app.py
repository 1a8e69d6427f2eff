import hashlib
import os
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlencode, urlsplit

import requests
from flask import Flask, redirect, render_template_string, request, session

CONTEXTFILE = "https://contextfile.ai"
CLIENT_ID = os.environ["CONTEXTFILE_CLIENT_ID"]
CLIENT_SECRET = os.environ["CONTEXTFILE_CLIENT_SECRET"]
REDIRECT_URI = os.environ.get("CONTEXTFILE_REDIRECT_URI", "http://localhost:3000/callback")
SCOPE = "profile:read contexts:read"
PAGE = """<!doctype html>
<html lang="en">
<title>My app</title>
<h1>My app</h1>
{% if problem %}<p role="alert">{{ problem }}</p>{% endif %}
{% if contexts is none %}
<a href="/login">Connect with ContextFile</a>
{% else %}
<ul>{% for context in contexts %}<li>{{ context.name }}</li>{% endfor %}</ul>
<form method="post" action="/disconnect"><button>Disconnect</button></form>
{% endif %}
"""

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)  # signs the session cookie
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"  # no other site can press Disconnect
tokens = {}  # by user, in this server's memory: keep yours in a database


def page(problem=None, contexts=None):
    return render_template_string(PAGE, problem=problem, contexts=contexts)


def post(path, **form):
    form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return requests.post(CONTEXTFILE + path, data=form, timeout=10)


def refresh(user):
    spent = tokens[user]["refresh_token"]
    answer = post("/api/oauth/token", grant_type="refresh_token", refresh_token=spent)
    if answer.status_code == 400:  # invalid_grant: ended by the user, or expired
        tokens.pop(user, None)
        return False
    answer.raise_for_status()
    tokens[user] = answer.json()  # the refresh token is a new one, too
    return True


def call_api(user, path):
    def call():
        headers = {"Authorization": f"Bearer {tokens[user]['access_token']}"}
        return requests.get(CONTEXTFILE + path, headers=headers, timeout=10)

    answer = call()
    if answer.status_code == 401 and refresh(user):  # the access token had expired
        answer = call()
    return answer


@app.get("/")
def home():
    user = session.get("user")
    if user not in tokens:
        return page()
    answer = call_api(user, "/api/v1/contexts")
    if not answer.ok:
        return page(answer.json()["message"])
    return page(contexts=answer.json()["data"])


@app.get("/login")
def login():
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    session["pending"] = state, verifier  # this browser's alone
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "state": state,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"="),
        "code_challenge_method": "S256",
    }
    return redirect(f"{CONTEXTFILE}/oauth/authorize?{urlencode(query)}")


@app.get(urlsplit(REDIRECT_URI).path)
def callback():
    state, verifier = session.pop("pending", ("", ""))
    got = request.args.get("state", "")
    if not state or not secrets.compare_digest(state.encode(), got.encode()):
        return page("This answer belongs to no request of yours. Connect again."), 400
    if request.args.get("iss") != CONTEXTFILE:
        return page("This answer is not from ContextFile."), 400
    if "error" in request.args:
        why = request.args.get("error_description", "")
        return page(f"No access was given. {why}"), 403
    answer = post(
        "/api/oauth/token",
        grant_type="authorization_code",
        code=request.args.get("code"),
        redirect_uri=REDIRECT_URI,
        code_verifier=verifier,
    )
    if not answer.ok:
        return page(answer.json()["error_description"]), 502
    session["user"] = secrets.token_urlsafe(32)  # for whom your app has signed in
    tokens[session["user"]] = answer.json()
    return redirect("/")


@app.post("/disconnect")
def disconnect():
    user = session.get("user")
    if user in tokens:  # revoking the refresh token ends the access token as well
        try:
            post("/api/oauth/revoke", token=tokens[user]["refresh_token"]).raise_for_status()
        except requests.RequestException:
            problem = "ContextFile could not be reached; nothing was ended. Try again."
            return page(problem, contexts=[]), 502
        tokens.pop(user, None)
    return redirect("/")


if __name__ == "__main__":
    app.run(host=urlsplit(REDIRECT_URI).hostname, port=urlsplit(REDIRECT_URI).port)
