"""Every address of the application against bytes that no client means: nothing of it is a failure of ours."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.oauth.scopes import SCOPES
from tests.accounts.visitor import visit_signed_in
from tests.api.callers import connect
from tests.factories import make_client, make_person
from tests.fixtures.applications import MakeApp

SEGMENTS = ["x", "%00", "%ED%A0%80", "%FF", "9" * 40, "-1"]
Request = dict[str, Any]
QUERIES: list[Request] = [
    {"query_string": query}
    for query in (
        "a=%00",
        "client_id=%ED%A0%80&scope=%FF",
        "page=1&page=2&limit=9e9",
        "next=//evil.example",
        "q=%00&page=9e9&before=%ED%A0%80&after=%FF&uri=%00&show=%FF&endpoint=%00&cause=%ED%A0%80&state=%00&code=%FF",
    )
]
FIELDS = [
    "name", "description", "homepage_url", "kept_logo", "kind", "scopes", "redirect_uris-0", "once", "seen", "stops",
    "uri", "typed_name", "client_id", "token", "secret", "progress", "call", "scope", "require_pkce", "remove",
    "text", "context_type", "category", "template", "variables-0-name", "contexts", "temperature", "version", "input",
    "step", "steps-0-skill_id", "steps-0-input", "files", "active",
]  # fmt: skip
"""Of the portal's forms."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BODIES: list[Request] = [
    {"content_type": kind, "data": body}
    for kind, body in (
        (FORM, b"token=%00&grant_type=%ED%A0%80&client_id=%FF"),
        (FORM, b"token=a&token=b&client_id=a&client_id=b&csrf_token=x&csrf_token=y"),
        (FORM, b"grant_type=refresh_token&client_id=x&refresh_token=" + b"y" * 1_000_000),
        (FORM, "&".join(f"{name}=%00%ED%A0%80" for name in FIELDS).encode()),
        (JSON, b'{"name": "\\ud800\\u0000", "redirect_uris": ["\\ud800"], "redirect_uris": 7}'),
        (JSON, b"[" * 100_000),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\xff\r\n\r\n\0\r\n--x"),
        ("text/\xff; charset=nonsense", b"\xff\xfe\0"),
    )
]
HEADERS = {"Authorization": "Basic \xff", "Origin": "\xff", "Referer": "\0"}


def addresses(app: Flask, own_app: str) -> Iterator[tuple[str, str]]:
    """Each method and path that is routed, with hostile values for what varies in it, or somebody's own app."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.rule == "/logout" and method == "POST":
                continue  # or the rest would be sent by nobody
            for segment in [*SEGMENTS, own_app] if "<" in rule.rule else [""]:
                yield method, re.sub("<[^>]*>", segment, rule.rule)


@pytest.mark.heavy
@pytest.mark.standard("ContextFile security rule", "70", "NUL, surrogates, megabytes and repeated names fail nowhere")
def test_no_address_fails_whatever_is_sent(make_app: MakeApp) -> None:
    app = make_app()
    app.testing = False  # a failure is answered as it would be in production
    ada = make_person(app)
    own_app = make_client(app, ada)
    token = connect(app, ada, own_app, *SCOPES).token
    visitor = visit_signed_in(app, ada)
    csrf_token = visitor.open("/developer/oauth-apps/new").values["csrf_token"]
    credentials = [HEADERS, {"Authorization": f"Bearer {token}"}, {"X-CSRFToken": csrf_token}]
    failures = []
    for method, path in addresses(app, own_app.client_id):
        for request in QUERIES if method == "GET" else BODIES:
            for headers in credentials:
                answer = visitor.request(path, method, headers=headers, **request)
                if answer.status_code >= 500:
                    failures.append((method, path, request, headers, answer.status_code))
    assert failures == []
