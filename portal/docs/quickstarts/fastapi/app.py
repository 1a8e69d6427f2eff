import hashlib
import os
import secrets
from base64 import urlsafe_b64encode
from html import escape
from urllib.parse import urlencode, urlsplit

import httpx2
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.middleware.sessions import SessionMiddleware

CONTEXTFILE = "https://contextfile.ai"
CLIENT_ID = os.environ["CONTEXTFILE_CLIENT_ID"]
CLIENT_SECRET = os.environ["CONTEXTFILE_CLIENT_SECRET"]
REDIRECT_URI = os.environ.get("CONTEXTFILE_REDIRECT_URI", "http://localhost:3000/callback")
SCOPE = "profile:read contexts:read"
CONNECT = '<a href="/login">Connect with ContextFile</a>'
DISCONNECT = '<form method="post" action="/disconnect"><button>Disconnect</button></form>'

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=secrets.token_urlsafe(32))
contextfile = httpx2.AsyncClient(base_url=CONTEXTFILE, timeout=10)
tokens = {}  # by user, in this server's memory: keep yours in a database


def page(body, status=200):
    head = '<!doctype html><html lang="en"><title>My app</title><h1>My app</h1>'
    return HTMLResponse(head + body, status)


def explain(problem, status, button=CONNECT):
    return page(f'<p role="alert">{escape(problem)}</p>{button}', status)


async def post(path, **form):
    form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return await contextfile.post(path, data=form)


async def refresh(user):
    form = {"grant_type": "refresh_token", "refresh_token": tokens[user]["refresh_token"]}
    answer = await post("/api/oauth/token", **form)
    if answer.status_code == 400:  # invalid_grant: ended by the user, or expired
        tokens.pop(user, None)
        return False
    answer.raise_for_status()
    tokens[user] = answer.json()  # the refresh token is a new one, too
    return True


async def call_api(user, path):
    async def call():
        headers = {"Authorization": f"Bearer {tokens[user]['access_token']}"}
        return await contextfile.get(path, headers=headers)

    answer = await call()
    if answer.status_code == 401 and await refresh(user):  # it had expired
        answer = await call()
    return answer


@app.get("/")
async def home(request: Request):
    user = request.session.get("user")
    if user not in tokens:
        return page(CONNECT)
    answer = await call_api(user, "/api/v1/contexts")
    if answer.is_error:
        return explain(answer.json()["message"], 502)
    items = [f"<li>{escape(context['name'])}</li>" for context in answer.json()["data"]]
    return page(f"<ul>{''.join(items)}</ul>{DISCONNECT}")


@app.get("/login")
async def login(request: Request):
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    request.session["pending"] = state, verifier  # this browser's alone
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
    return RedirectResponse(f"{CONTEXTFILE}/oauth/authorize?{urlencode(query)}", 303)


@app.get(urlsplit(REDIRECT_URI).path)
async def callback(
    request: Request,
    code: str = "",
    state: str = "",
    iss: str = "",
    error: str = "",
    error_description: str = "",
):
    sent, verifier = request.session.pop("pending", ("", ""))
    if not sent or not secrets.compare_digest(sent.encode(), state.encode()):
        return explain("This answer belongs to no request of yours. Connect again.", 400)
    if iss != CONTEXTFILE:
        return explain("This answer is not from ContextFile.", 400)
    if error:
        return explain(f"No access was given. {error_description}", 403)
    answer = await post(
        "/api/oauth/token",
        grant_type="authorization_code",
        code=code,
        redirect_uri=REDIRECT_URI,
        code_verifier=verifier,
    )
    if answer.is_error:
        return explain(answer.json()["error_description"], 502)
    user = secrets.token_urlsafe(32)  # for whom your app has signed in
    request.session["user"] = user
    tokens[user] = answer.json()
    return RedirectResponse("/", 303)


@app.post("/disconnect")
async def disconnect(request: Request):
    user = request.session.get("user")
    if user in tokens:  # revoking the refresh token ends the access token as well
        try:
            answer = await post("/api/oauth/revoke", token=tokens[user]["refresh_token"])
            answer.raise_for_status()
        except httpx2.HTTPError:
            problem = "ContextFile could not be reached; nothing was ended. Try again."
            return explain(problem, 502, DISCONNECT)
        tokens.pop(user, None)
    return RedirectResponse("/", 303)


if __name__ == "__main__":
    address = urlsplit(REDIRECT_URI)
    uvicorn.run(app, host=address.hostname, port=address.port)
