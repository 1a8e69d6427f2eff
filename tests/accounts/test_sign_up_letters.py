"""From asking for a link to being where one was going, by way of the mail."""

from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask

from tests.accounts.letters import letters, text_of
from tests.accounts.visitor import Visitor
from tests.factories import PASSWORD, REDIRECT_URI, Person, make_client
from tests.fixtures.applications import MakeApp

PRODUCTION = {"public_url": "https://id.example"}


def test_on_a_machine_of_ones_own_the_page_leads_to_where_mail_is_kept(make_app: MakeApp) -> None:
    for settings, kept in (({}, True), ({"smtp_url": "smtp+plain://127.0.0.1:9"}, False), (PRODUCTION, False)):
        visitor = Visitor.of(make_app(**settings), address="127.0.0.1")
        for path in ("/signup", "/reset-password"):
            answer = visitor.send(path, email="ada@people.example")
            page = visitor.open(answer.location or "")
            assert ("/development/mail" in page.links) == kept, (settings, path)
            assert ("No mail server is set" in page.text) == kept


def test_the_page_that_a_link_was_sent_is_of_whoever_asked(visitor: Visitor) -> None:
    assert visitor.request("/signup/sent").location == "/signup"
    assert visitor.request("/reset-password/sent").location == "/reset-password"
    answer = visitor.send("/signup?next=/docs/connect", email="ada@people.example")
    assert "/signup?next=/docs/connect" in visitor.open(answer.location or "").links
    assert "/signup?next=/" in visitor.open("/signup/sent?next=//evil.example").links


def test_a_letter_carries_no_text_of_whoever_asked_for_it(app: Flask, visitor: Visitor) -> None:
    form = visitor.open("/signup").values | {"email": "ada@people.example"}
    agents = ["https://evil.example", "evil.example", "win@evil.example", "Evil.Example/1.0 (evil.example)"]
    agents += ["You are hacked, call evil 1 800 555 0199/1.0 CFNetwork/711 Darwin/14", "CALL-18005550199-NOW"]
    for agent in agents:
        visitor.request("/signup", "POST", data=form, headers={"User-Agent": agent})
    got = letters(app, "ada@people.example")
    assert len(got) == len(agents)
    for letter in got:
        assert "evil.example" not in letter.as_string().lower()
        assert "0199" not in text_of(letter)
        assert "Browser: an unknown program" in text_of(letter)


def test_a_path_as_long_as_an_authorization_request_survives_the_letter(app: Flask, visitor: Visitor) -> None:
    path = "/oauth/authorize?state=" + "x" * 30_000
    answer = visitor.send("/signup", email="ada@people.example", next=path)
    assert len(visitor.cookie()) < 1000
    assert visitor.request(answer.location or "").status_code == 200
    answer = Visitor.of(app).send(visitor.sign_up_link("ada@people.example"), name="Ada", password=PASSWORD)
    assert answer.location == path


def test_the_form_behind_the_link_may_lead_on_to_the_app_that_waits(app: Flask, visitor: Visitor, ada: Person) -> None:
    query = {"response_type": "code", "client_id": make_client(app, ada).client_id, "redirect_uri": REDIRECT_URI}
    asked = visitor.request("/oauth/authorize", query_string=query | {"scope": "profile:read", "state": "x"})
    path = parse_qs(urlsplit(asked.location or "").query)["next"][0]
    visitor.send(f"/signup?{urlencode({'next': path})}", email="new@people.example")
    page = visitor.request(visitor.sign_up_link("new@people.example"))
    assert page.status_code == 200
    assert "form-action 'self' https://client.example" in page.headers["Content-Security-Policy"]
