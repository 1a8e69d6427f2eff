import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from portal.foundation.database import transaction
from portal.oauth.models import Client as ClientRow
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import APPS, NEW_APP, register, registered
from tests.factories import Person, make_client, make_person
from tests.oauth.parties import Client, Owner

TAB_PATHS = {
    "redirect-uris": "Redirect URIs",
    "branding": "Branding",
    "settings": "Settings",
    "playground": "Playground",
    "activity": "Activity",
    "usage": "Usage",
    "danger-zone": "Danger zone",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; &amp; ]]>",
    "javascript:alert(1)",
    "Аcme Nоtes",
]


@pytest.mark.standard("ContextFile security rule", "65", "Somebody else's app is a 404")
def test_somebody_elses_app_is_not_there(app: Flask, ada: Person) -> None:
    client_id = make_client(app, ada, name="Ada's secret plan").client_id
    stranger = visit_signed_in(app, make_person(app))
    answer = stranger.request(f"{APPS}/{client_id}")
    unknown = stranger.request(f"{APPS}/cf_app_unknown")
    assert answer.status_code == unknown.status_code == 404
    assert Page(answer).title == Page(unknown).title == "There is no such page"
    for source in (answer.text, stranger.open(APPS).source):
        assert "Ada's secret plan" not in source
        assert client_id not in source


@pytest.mark.parametrize("client_id", ["x", "%00", "cf_app_%00", "%C3%A9", "%FF", "..%2F", "x" * 5000, "' OR 1=1 --"])
def test_an_app_that_never_was_is_not_there_either(developer: Visitor, client_id: str) -> None:
    answer = developer.request(f"{APPS}/{client_id}")
    assert answer.status_code == 404
    assert Page(answer).title == "There is no such page"


def test_a_stranger_is_asked_to_log_in_first(app: Flask, ada: Person) -> None:
    path = f"{APPS}/{make_client(app, ada).client_id}"
    for address in (APPS, path, NEW_APP):
        answer = Visitor.of(app).request(address)
        assert answer.status_code == 303
        assert answer.location == f"/login?next={address}"


@pytest.mark.standard(
    "ContextFile security rule", "64", "Names with markup, RTL marks and homoglyphs are inert on every page"
)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_developer_writes_is_shown_and_does_nothing(app: Flask, developer: Visitor, text: str) -> None:
    homepage = f"https://acme.example/{text}".replace(" ", "+")
    answers = [Page(register(developer, name=text, description=text, homepage_url=homepage))]
    (client,) = registered(app)
    answers += [developer.open(APPS), developer.open(f"{APPS}/{client.client_id}")]
    answers.append(Page(register(developer, name=text, description=text, homepage_url=homepage, redirect_uris__0=text)))
    for page in answers:
        shown = text in page.text or text in page.values.values()
        assert shown, page.text
        assert_inert(page)
    assert homepage in answers[2].links


def assert_inert(page: Page) -> None:
    """Nothing on the page runs, loads or leads to what somebody typed."""
    for element in page.document.walk():
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.tag != "script" or element["src"].startswith("/static/")
        assert element.tag != "img" or element["src"].startswith(("/logos/", "data:image/webp;base64,"))
        assert not element["href"].lower().startswith("javascript:")
    assert len(page.document.find("title")) == 1


PAGES = [("", "Overview"), *((f"/{path}", text) for path, text in TAB_PATHS.items())]


@pytest.mark.parametrize(("path", "text"), PAGES)
def test_each_page_of_an_app_is_framed_by_its_head_and_its_tab(
    app: Flask, ada: Person, developer: Visitor, path: str, text: str
) -> None:
    client_id = make_client(app, ada).client_id
    page = developer.open(f"{APPS}/{client_id}{path}")
    (tabs,) = page.document.find("nav", **{"class": "tabs"})
    assert [tab.text for tab in tabs.find("a")] == [text for _, text in PAGES]
    assert [tab["href"] for tab in tabs.find("a")] == [f"{APPS}/{client_id}{path}" for path, _ in PAGES]
    assert [tab.text for tab in tabs.find("a", **{"aria-current": "page"})] == [text]
    assert page.title == text
    (title,) = page.document.find("title")
    assert title.text == f"{text} · Acme Notes · ContextFile"
    assert visit_signed_in(app, make_person(app)).request(f"{APPS}/{client_id}{path}").status_code == 404
    assert Visitor.of(app).request(f"{APPS}/{client_id}{path}").status_code == 303


def test_the_overview_says_what_reuse_has_ended_and_what_to_do(app: Flask, ada: Person, developer: Visitor) -> None:
    client, owner = Client(app, make_client(app, ada)), Owner(app, ada).log_in()
    path = f"{APPS}/{client.registered.client_id}"
    assert "What to do" not in developer.open(path).text
    code = client.obtain_code(owner)
    for _ in range(2):
        client.exchange(code)
    text = developer.open(path).text
    assert "1 authorization was ended for reuse in the last 30 days" in text
    assert "An authorization code was used twice" in text
    assert "What to do: Exchange each code once" in text
    assert "Store each new refresh token" not in text


def test_an_example_asks_for_no_more_than_the_app_may(app: Flask, ada: Person, developer: Visitor) -> None:
    client_id = make_client(app, ada).client_id
    with app.app_context(), transaction() as session:
        session.execute(update(ClientRow).values(scope="tasks:read", require_pkce=True))
    (link,) = [link for link in developer.open(f"{APPS}/{client_id}").links if "/oauth/authorize?" in link]
    assert "&scope=tasks:read&state=" in link
    assert "&code_challenge_method=S256" in link


def test_the_list_shows_the_developers_own_apps_the_latest_first(app: Flask, ada: Person, developer: Visitor) -> None:
    assert "Register your first app" in developer.open(APPS).text
    for seconds, name in enumerate(("Acme Notes", "Pocket Writer")):
        with time_machine.travel(1_800_000_000 + seconds, tick=False):
            make_client(app, ada, name=name)
    make_client(app, make_person(app), name="Somebody else's")
    page = developer.open(APPS)
    assert [heading.text for heading in page.document.find("h2")] == ["Pocket Writer", "Acme Notes"]
    assert [button.text for button in page.document.find("button")].count("Register New App") == 1


def test_an_apps_page_tells_all_that_its_developer_needs(app: Flask, ada: Person, developer: Visitor) -> None:
    uris = ("https://client.example/callback", "http://localhost:3000/callback")
    client_id = make_client(app, ada, redirect_uris=uris).client_id
    page = developer.open(f"{APPS}/{client_id}")
    for word in (client_id, *uris, "Active", "Confidential", "https://client.example"):
        assert word in page.text
    numbers = [number.text for number in page.document.find("dd") if number.text[:1].isdecimal()]
    assert numbers[:3] == ["0 Usage: Users", "0 Usage: Live authorizations", "0 Activity: Failed calls in 30 days"]
    (link,) = [link for link in page.links if "/oauth/authorize?" in link]
    assert link.startswith(f"http://127.0.0.1:5000/oauth/authorize?response_type=code&client_id={client_id}&")
    assert "redirect_uri=https://client.example/callback&scope=profile:read+contexts:read&state=" in link


def test_a_public_apps_example_carries_a_challenge(app: Flask, ada: Person, developer: Visitor) -> None:
    page = developer.open(f"{APPS}/{make_client(app, ada, type='public').client_id}")
    (link,) = [link for link in page.links if "/oauth/authorize?" in link]
    assert "code_challenge_method=S256" in link
    assert "None. Anybody can read the code of a public app" in page.text
