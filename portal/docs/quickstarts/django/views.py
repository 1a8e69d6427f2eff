import hashlib
import os
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlencode, urlsplit

import requests
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET, require_POST

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
{% if contexts is None %}
<a href="/login">Connect with ContextFile</a>
{% else %}
<ul>{% for context in contexts %}<li>{{ context.name }}</li>{% endfor %}</ul>
<form method="post" action="/disconnect">
  {% csrf_token %}<button>Disconnect</button>
</form>
{% endif %}
"""


def page(request, problem="", contexts=None, status=200):
    context = RequestContext(request, {"problem": problem, "contexts": contexts})
    return HttpResponse(Template(PAGE).render(context), status=status)


def post(path, **form):
    form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return requests.post(CONTEXTFILE + path, data=form, timeout=10)


def refresh(session):
    spent = session["tokens"]["refresh_token"]
    answer = post("/api/oauth/token", grant_type="refresh_token", refresh_token=spent)
    if answer.status_code == 400:  # invalid_grant: ended by the user, or expired
        del session["tokens"]
        return False
    answer.raise_for_status()
    session["tokens"] = answer.json()  # the refresh token is a new one, too
    return True


def call_api(session, path):
    def call():
        headers = {"Authorization": f"Bearer {session['tokens']['access_token']}"}
        return requests.get(CONTEXTFILE + path, headers=headers, timeout=10)

    answer = call()
    if answer.status_code == 401 and refresh(session):  # the access token had expired
        answer = call()
    return answer


@require_GET
def home(request):
    if "tokens" not in request.session:
        return page(request)
    answer = call_api(request.session, "/api/v1/contexts")
    if not answer.ok:
        return page(request, answer.json()["message"])
    return page(request, contexts=answer.json()["data"])


@require_GET
def login(request):
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    request.session["pending"] = state, verifier
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


@require_GET
def callback(request):
    state, verifier = request.session.pop("pending", ("", ""))
    if not state or not constant_time_compare(state, request.GET.get("state", "")):
        problem = "This answer belongs to no request of yours. Connect again."
        return page(request, problem, status=400)
    if request.GET.get("iss") != CONTEXTFILE:
        return page(request, "This answer is not from ContextFile.", status=400)
    if "error" in request.GET:
        problem = f"No access was given. {request.GET.get('error_description', '')}"
        return page(request, problem, status=403)
    answer = post(
        "/api/oauth/token",
        grant_type="authorization_code",
        code=request.GET.get("code"),
        redirect_uri=REDIRECT_URI,
        code_verifier=verifier,
    )
    if not answer.ok:
        return page(request, answer.json()["error_description"], status=502)
    request.session.cycle_key()
    request.session["tokens"] = answer.json()  # Django keeps sessions on the server
    return redirect("/")


@require_POST
def disconnect(request):
    tokens = request.session.get("tokens")
    if tokens:  # revoking the refresh token ends the access token as well
        try:
            post("/api/oauth/revoke", token=tokens["refresh_token"]).raise_for_status()
        except requests.RequestException:
            problem = "ContextFile could not be reached; nothing was ended. Try again."
            return page(request, problem, contexts=[], status=502)
        del request.session["tokens"]
    return redirect("/")


urlpatterns = [
    path("", home),
    path("login", login),
    path(urlsplit(REDIRECT_URI).path.lstrip("/"), callback),
    path("disconnect", disconnect),
]
