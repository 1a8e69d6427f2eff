"""/.well-known/oauth-authorization-server describes exactly what works."""

import requests

from tests.fixtures.servers import Demo, LiveServer


def metadata(server: LiveServer, **headers: str) -> dict[str, object]:
    answer = requests.get(f"{server.url}/.well-known/oauth-authorization-server", headers=headers, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    document: dict[str, object] = answer.json()
    return document


def test_the_host_header_changes_nothing(live_server: LiveServer) -> None:
    assert metadata(live_server, Host="evil.example") == metadata(live_server)


def test_nothing_is_announced_that_the_issue_rules_out(live_server: LiveServer) -> None:
    document = metadata(live_server)
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token"]


def test_every_endpoint_is_where_the_metadata_says(live_server: LiveServer) -> None:
    document = metadata(live_server)
    assert document["issuer"] == live_server.url
    assert document["authorization_endpoint"] == f"{live_server.url}/oauth/authorize"
    assert document["token_endpoint"] == f"{live_server.url}/api/oauth/token"
    assert document["revocation_endpoint"] == f"{live_server.url}/api/oauth/revoke"
    assert document["introspection_endpoint"] == f"{live_server.url}/api/oauth/introspect"
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["scopes_supported"] == [
        "profile:read", "contexts:read", "contexts:write", "skills:read",
        "skills:execute", "tasks:read", "tasks:execute", "tasks:write",
    ]  # fmt: skip
    assert requests.get(str(document["service_documentation"]), timeout=10).status_code == 200


def test_every_announced_way_to_authenticate_works_and_no_other(live_server: LiveServer, demo: Demo) -> None:
    document = metadata(live_server)
    confidential, public = demo.confidential, demo.public
    secret = confidential.client_secret or ""
    ways: dict[str, dict[str, object]] = {
        "client_secret_basic": {"auth": (confidential.client_id, secret), "data": {}},
        "client_secret_post": {"data": {"client_id": confidential.client_id, "client_secret": secret}},
        "none": {"data": {"client_id": public.client_id}},
    }
    for endpoint in ("token", "revocation", "introspection"):
        announced = document[f"{endpoint}_endpoint_auth_methods_supported"]
        assert announced == list(ways)
        for way, request in ways.items():
            body = {"token": "unknown", "grant_type": "refresh_token", "refresh_token": "unknown"}
            answer = requests.post(
                str(document[f"{endpoint}_endpoint"]),
                **{**request, "data": body | request["data"]},  # type: ignore[operator]
                timeout=10,
            )
            assert answer.json().get("error") != "invalid_client", f"{way} at {endpoint}: {answer.text}"
