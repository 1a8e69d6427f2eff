from urllib.parse import urlencode, urljoin

import pytest
from flask import Flask

from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\r\nLocation: https://evil.example",
    "/\r\n\r\n<script>",
    "/x\n//evil.example",
    "/\0/evil.example",
    "/\u2028/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "HTTPS://evil.example/",
    "http://127.0.0.1:5000@evil.example/",
    "http://127.0.0.1:5000/developer",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "developer",
    "?next=//evil.example",
    "",
    "/" + "x" * 100_000,
]
OURS = [
    "/",
    "/developer/oauth-apps",
    "/developer/oauth-apps?page=2&sort=name",
    "/oauth/authorize?response_type=code&client_id=x&redirect_uri=https%3A%2F%2Fclient.example%2Fcb&state=a%2Bb",
    "/oauth/authorize?state=%0d%0a",
    "/docs/connect?x=//evil.example",
    "/docs/%2F%2Fevil.example",
    "/docs/connect#use-pkce",
    "/%5Cevil.example",
    "/:80",
    "/a:b@c",
]


@pytest.mark.standard("ContextFile security rule", "57", "next leads to a path of ours or home")
@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_but_a_path_of_ours_is_followed(app: Flask, ada: Person, path: str) -> None:
    answer = visit_signed_in(app, ada).request("/login", query_string={"next": path})
    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize("path", ELSEWHERE)
def test_the_forms_lead_each_other_to_nothing_else_either(visitor: Visitor, path: str) -> None:
    for page, other in (("/login", "/signup"), ("/signup", "/login")):
        document = Page(visitor.request(page, query_string={"next": path}))
        assert [link for link in document.links if link.startswith(other)] == [f"{other}?next=/"]


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https:evil.example", "/\r\nx: y"])
def test_logging_in_and_signing_up_follow_nothing_else_however_it_is_sent(app: Flask, ada: Person, path: str) -> None:
    address = urlencode({"next": path})
    assert Visitor.of(app).log_in(ada, f"/login?{address}").location == "/"
    assert Visitor.of(app).log_in(ada, next=path).location == "/"
    assert Visitor.of(app).sign_up(f"/signup?{address}", email="new@people.example").location == "/"


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "/\r\nx"])
def test_logging_out_leads_to_nothing_else_either(app: Flask, ada: Person, path: str) -> None:
    visitor = visit_signed_in(app, ada)
    token = Page(visitor.request("/")).document.find("input", name="csrf_token")[0]["value"]
    answer = visitor.request("/logout", "POST", data={"csrf_token": token, "next": path})
    assert answer.location == "/"


@pytest.mark.parametrize("path", OURS)
def test_a_path_of_ours_is_reached_with_its_query(app: Flask, ada: Person, path: str) -> None:
    answer = visit_signed_in(app, ada).request("/login", query_string={"next": path})
    assert answer.location == path
    assert urljoin("http://127.0.0.1:5000/login", answer.location).startswith("http://127.0.0.1:5000/")


def test_logging_in_and_signing_up_reach_it_too(app: Flask, ada: Person) -> None:
    for path in ("/developer/oauth-apps?page=2&sort=name", "/oauth/authorize?state=%0d%0a&scope=a%20b"):
        address = urlencode({"next": path})
        assert Visitor.of(app).log_in(ada, f"/login?{address}").location == path
    assert Visitor.of(app).sign_up(f"/signup?{address}", email="new@people.example").location == path


@pytest.mark.parametrize(
    "path", ["/developer/oauth-apps", "/developer/oauth-apps/new?x=1&y=%2F", "/settings/connected-apps"]
)
def test_a_private_page_is_reached_after_logging_in(app: Flask, ada: Person, path: str) -> None:
    visitor = Visitor.of(app)
    asked = visitor.request(path)
    assert asked.status_code == 303
    assert asked.location is not None
    assert asked.location.startswith("/login?next=")
    assert visitor.log_in(ada, asked.location).location == path


def test_where_the_visitor_was_going_survives_a_wrong_password_and_a_change_of_mind(app: Flask, ada: Person) -> None:
    visitor = Visitor.of(app)
    wrong = Page(visitor.log_in(ada, "/login?next=/developer/oauth-apps?page=2", password="wrong password"))
    assert wrong.values["next"] == "/developer/oauth-apps?page=2"
    (link,) = [link for link in wrong.links if link.startswith("/signup")]
    assert visitor.sign_up(link, email="new@people.example").location == "/developer/oauth-apps?page=2"
