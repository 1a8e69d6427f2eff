"""The playground runs the developer's own app against the real endpoints, as them."""

import pytest
from flask import Flask

from portal.developer.playground_steps import OPERATIONS
from portal.oauth.metadata import RESOURCES
from portal.oauth.scopes import SCOPES
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor
from tests.developer.playground_visits import CALLBACK, Playground, response_of, sent, step_of
from tests.factories import Person, make_client

ISSUER = "http://127.0.0.1:5000"


@pytest.fixture(params=["confidential", "public"])
def playground(request: pytest.FixtureRequest, app: Flask, ada: Person, developer: Visitor) -> Playground:
    return Playground(developer, make_client(app, ada, type=request.param))


@pytest.fixture
def confidential(app: Flask, ada: Person, developer: Visitor) -> Playground:
    return Playground(developer, make_client(app, ada))


def test_an_app_goes_the_whole_way(playground: Playground, ada: Person) -> None:
    page = playground.authorize()
    assert "You allowed it" in step_of(page, "redirect").text
    page = playground.take(page, "exchange")
    assert '"token_type": "Bearer"' in response_of(page, "exchange")
    page = playground.take(page, "call", operation="profile")
    assert ada.email in response_of(page, "call")
    page = playground.take(page, "refresh")
    assert '"refresh_token": "cf_rt_' in response_of(page, "refresh")
    page = playground.take(page, "introspect")
    assert '"active": true' in response_of(page, "introspect")
    page = playground.take(page, "revoke", token="refresh_token")
    assert "200 OK" in step_of(page, "revoke").text
    page = playground.take(page, "call")
    assert "401 Unauthorized" in step_of(page, "call").text
    assert "invalid_token" in response_of(page, "call")
    page = playground.take(page, "introspect", token="refresh_token")
    assert response_of(page, "introspect").endswith('{ "active": false }')


def test_the_first_page_asks_to_view_and_explains_each_parameter(playground: Playground) -> None:
    page = playground.visitor.open(playground.path)
    request = sent(page.document.by_id("authorize-url").text)
    assert request["client_id"] == playground.registered.client_id
    assert request["redirect_uri"] == ISSUER + CALLBACK
    assert request["scope"] == "profile:read contexts:read skills:read tasks:read"
    assert request["code_challenge_method"] == "S256"
    explained = [term.text for term in step_of(page, "url").find("dt")]
    assert explained == [*list(request)[:4], "prompt", *list(request)[4:]]
    assert not page.document.find("input", name="step"), "the other steps wait"


def test_the_button_sends_the_url_that_the_page_shows(playground: Playground) -> None:
    page = playground.visitor.open(f"{playground.path}?scope=contexts:write&prompt=consent")
    shown = page.document.by_id("authorize-url").text
    (state,) = page.document.find("input", name="state")
    query = f"?scope=contexts:write&prompt=consent&state={state['value']}"
    assert playground.authorization_url(query) == shown
    assert sent(shown)["scope"] == "contexts:write"
    changed = playground.authorization_url(f"?scope=tasks:write&state={state['value']}")
    assert sent(changed)["scope"] == "tasks:write"
    assert sent(changed)["state"] != sent(shown)["state"]


def test_every_request_has_a_state_and_a_challenge_of_its_own(playground: Playground) -> None:
    requests = [sent(playground.authorization_url()) for _ in range(3)]
    assert len({request["state"] for request in requests}) == 3
    assert len({request["code_challenge"] for request in requests}) == 3


@pytest.mark.parametrize("query", ["?scope=nothing:here", "?scope=%00&prompt=%00", "?prompt=login", "?scope=&state=x"])
def test_what_cannot_be_chosen_is_left_out(confidential: Playground, query: str) -> None:
    request = sent(confidential.authorization_url(query))
    assert request["scope"] == "profile:read contexts:read skills:read tasks:read"
    assert "prompt" not in request


def test_a_denial_comes_back_and_is_explained(confidential: Playground) -> None:
    page = confidential.authorize(answer="deny")
    text = step_of(page, "redirect").text
    assert "No code came back" in text
    assert "You pressed Deny" in text
    assert "access_denied" in text
    assert not page.document.find("input", name="step")


def test_asking_nobody_for_what_was_not_allowed_comes_back_and_is_explained(confidential: Playground) -> None:
    back = confidential.visitor.request(confidential.authorization_url("?prompt=none"))
    page = confidential.visitor.open(back.location.removeprefix(ISSUER))
    assert "consent_required" in step_of(page, "redirect").text
    assert "prompt=none asks nobody" in step_of(page, "redirect").text


def test_each_request_and_response_is_shown_as_it_went_over_the_wire(confidential: Playground) -> None:
    page = confidential.connect()
    wire = step_of(page, "exchange").text
    for words in (
        "POST /api/oauth/token HTTP/1.1 Host: 127.0.0.1:5000 Content-Type: application/x-www-form-urlencoded",
        "grant_type=authorization_code",
        f"&redirect_uri={ISSUER}{CALLBACK}",
        "&code_verifier=",
        "HTTP/1.1 200 OK",
        "Cache-Control: no-store",
    ):
        assert words in wire
    redirect = step_of(page, "redirect").text
    assert "GET /oauth/authorize?response_type=code&client_id=" in redirect
    assert f"HTTP/1.1 303 See Other Location: {ISSUER}{CALLBACK}?code=cf_ac_" in redirect
    call = step_of(confidential.take(page, "call"), "call").text
    assert "Authorization: Bearer cf_at_" in call


def test_what_the_token_may_not_do_is_refused_by_the_api(confidential: Playground) -> None:
    page = confidential.take(confidential.connect("?scope=profile:read"), "call", operation="create")
    assert "403 Forbidden" in step_of(page, "call").text
    assert "insufficient_scope" in response_of(page, "call")


def test_a_context_is_really_created(confidential: Playground) -> None:
    page = confidential.take(
        confidential.connect("?scope=contexts:write&scope=contexts:read"), "call", operation="create"
    )
    assert "201 Created" in step_of(page, "call").text
    page = confidential.take(page, "call", operation="contexts")
    assert "Hello from the playground" in response_of(page, "call")


@pytest.mark.parametrize("operation", ["nothing", "\0", ""])
def test_an_unknown_operation_is_the_first_one(confidential: Playground, operation: str) -> None:
    page = confidential.take(confidential.connect(), "call", operation=operation)
    assert "GET /api/v1/profile HTTP/1.1" in step_of(page, "call").text


def test_earlier_steps_stay_on_the_page(confidential: Playground) -> None:
    page = confidential.take(confidential.take(confidential.connect(), "call"), "refresh")
    for step, line in (("exchange", "POST /api/oauth/token"), ("call", "GET /api/v1/profile")):
        (summary,) = [element for element in step_of(page, step).find("summary") if line in element.text]
        assert "200 OK" in summary.text


def test_a_call_leaves_the_page_that_makes_it_alone(confidential: Playground, ada: Person) -> None:
    answer = confidential.send(confidential.connect(), "call")
    page = Page(answer)
    assert "Access-Control-Allow-Origin: *" in step_of(page, "call").text
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["X-Request-Id"] not in step_of(page, "call").text, "each request has an id of its own"
    assert ada.name in page.text
    assert confidential.visitor.signed_in_as() == ada.email


def test_only_what_the_api_serves_is_offered(app: Flask) -> None:
    served = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    for operation in OPERATIONS.values():
        assert (operation.method, RESOURCES[0] + operation.path.partition("?")[0]) in served
        assert operation.scope in SCOPES
