"""A Host header changes nothing (OWASP ASVS 4.1.3)."""

import pytest
from flask import Flask

from tests.fixtures.applications import MakeApp


@pytest.mark.standard("ContextFile security rule", "60", "A spoofed Host leads nowhere")
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:99", "a..b", ".a", "x" * 64 + ".example", "[::1", "", "é"]
)
@pytest.mark.parametrize("path", ["/", "/login", "/developer/oauth-apps", "/oauth//authorize?x=1", "/api//oauth/token"])
def test_a_spoofed_or_malformed_host_breaks_nothing_and_leads_nowhere(app: Flask, host: str, path: str) -> None:
    response = app.test_client().get(path, headers={"Host": host.encode().decode("latin-1")})
    assert response.status_code in {200, 303, 404}
    assert "evil" not in response.text + str(response.headers)


@pytest.mark.standard("ContextFile security rule", "60", "X-Forwarded-* of nobody's proxy is ignored")
def test_forwarded_headers_of_nobodys_proxy_are_ignored(make_app: MakeApp) -> None:
    app = make_app(public_url="https://id.example")
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-For": "10.0.0.1"}
    response = app.test_client().get("/developer/oauth-apps", headers=headers)
    assert response.headers["Location"].startswith("/login")
    assert "evil" not in str(response.headers)
