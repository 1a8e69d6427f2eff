"""Samples hold the reader's own values, on every page and in every language; a stranger's, or a secret, never."""

import ast
import re
import shutil
import subprocess
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import update

from portal.docs.contents import CONNECT_BUTTON, PAGES, Page
from portal.docs.reader import PLACEHOLDERS, Values
from portal.docs.samples import fill, in_languages
from portal.foundation.database import transaction
from portal.foundation.languages import LANGUAGES
from portal.oauth.client_kinds import KINDS
from portal.oauth.models import Client
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import make_client, make_person
from tests.fixtures.databases import missing

AWKWARD = "https://client.example/it's/$HOME/(x)?a=1&b=%20"
LITERALS = {name: language.literal for name, language in LANGUAGES.items()}
OF_PROSE = [page for page in PAGES.values() if page is not CONNECT_BUTTON]  # that one's code has choices of its own
PAGE = "/docs/connect"


def code_of(visitor: Visitor, path: str = PAGE) -> str:
    """All the code on a page, as it would be copied."""
    found = visitor.open(path).document.find("code")
    return "\n".join("".join(block._texts()) for block in found if block["id"])


def markdown_of(visitor: Visitor, path: str) -> str:
    """The code blocks of a page's Markdown."""
    return "".join(re.findall(r"(?s)```.*?```", visitor.request(f"{path}.md").text))


def test_a_stranger_reads_placeholders_and_how_to_replace_them(app: Flask) -> None:
    page = Visitor.of(app).open(PAGE)
    assert "YOUR_CLIENT_ID" in page.source
    assert "https://yourapp.com/callback" in page.source
    links = [link["href"] for link in page.document.find("a")]
    assert f"/login?next={PAGE}" in links
    assert "/developer/oauth-apps/new" in links


def test_somebody_without_an_app_is_led_to_register_one(app: Flask) -> None:
    page = visit_signed_in(app).open(PAGE)
    assert "YOUR_CLIENT_ID" in page.source
    assert "/developer/oauth-apps/new" in [link["href"] for link in page.document.find("a")]


def narrowed(app: Flask, client_id: str, scope: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Client).where(Client.client_id == client_id).values(scope=scope))


@pytest.mark.parametrize("page", OF_PROSE, ids=lambda page: page.name)
def test_an_owner_reads_their_own_values_on_every_page(app: Flask, page: Page) -> None:
    ada = make_person(app)
    uris = ("https://ada.example/auth/done", "http://localhost:4567/done")
    own = make_client(app, ada, redirect_uris=uris, type=KINDS[page.kind].type if page.kind else "confidential")
    narrowed(app, own.client_id, "profile:read skills:read")
    visitor = visit_signed_in(app, ada)
    for read in (code_of, markdown_of):
        theirs, strangers = read(visitor, page.path), read(Visitor.of(app), page.path)
        for placeholder, value in {
            PLACEHOLDERS.client_id: own.client_id,
            PLACEHOLDERS.redirect_uri: uris[0],
            PLACEHOLDERS.loopback_uri: uris[1],
            PLACEHOLDERS.scope: "profile:read skills:read",
        }.items():
            assert placeholder not in theirs
            assert theirs.count(value) >= strangers.count(placeholder)


@pytest.mark.parametrize(
    ("path", "fitting", "kind"),
    [
        ("/docs/quickstarts/express", "confidential", "web"),
        ("/docs/quickstarts/spa", "public", "native"),
        ("/docs/quickstarts/cli", "public", "device"),
    ],
)
def test_a_program_is_filled_in_for_an_app_that_can_run_it(app: Flask, path: str, fitting: str, kind: str) -> None:
    ada = make_person(app)
    other = make_client(app, ada, type="public" if fitting == "confidential" else "confidential")
    visitor = visit_signed_in(app, ada)
    page = visitor.open(path)
    assert other.client_id not in page.source
    assert "YOUR_CLIENT_ID" in page.source
    assert f"/developer/oauth-apps/new?kind={kind}" in [link["href"] for link in page.document.find("a")]
    own = make_client(app, ada, type=fitting)
    assert own.client_id in code_of(visitor, path)


def test_a_loopback_address_without_a_port_is_shown_with_one(app: Flask) -> None:
    make_client(app, ada := make_person(app), type="public", redirect_uris=("http://127.0.0.1/cb",))
    assert "'http://127.0.0.1:3000/cb'" in code_of(visit_signed_in(app, ada), "/docs/quickstarts/curl")


def test_an_app_that_may_ask_for_everything_is_not_told_to(app: Flask) -> None:
    make_client(app, ada := make_person(app))
    assert f"'{PLACEHOLDERS.scope}'" in code_of(visit_signed_in(app, ada))


def test_the_app_that_was_chosen_fills_every_page_from_then_on(app: Flask) -> None:
    ada = make_person(app)
    first, second = make_client(app, ada, name="First"), make_client(app, ada, name="Second")
    visitor = visit_signed_in(app, ada)
    for chosen, other in ((first, second), (second, first)):
        page = visitor.open(PAGE)
        assert {option.text for option in page.document.find("option")} == {"First", "Second"}
        [form] = page.document.find("form", action="/docs/app")
        hidden = {field["name"]: field["value"] for field in form.find("input")}
        answer = visitor.request("/docs/app", "POST", data={**hidden, "app": chosen.client_id})
        assert (answer.status_code, answer.location) == (303, PAGE)
        for path in (PAGE, "/docs/pkce-and-state", "/docs/connect-button"):
            assert chosen.client_id in code_of(visitor, path)
            assert other.client_id not in code_of(visitor, path)


def test_choosing_is_refused_without_the_forms_token_and_leads_to_no_other_site(app: Flask) -> None:
    own = make_client(app, ada := make_person(app))
    visitor = visit_signed_in(app, ada)
    [form] = visitor.open(PAGE).document.find("form", action="/docs/app")
    token = {field["name"]: field["value"] for field in form.find("input")}["csrf_token"]
    forged = visitor.request("/docs/app", "POST", data={"page": "connect", "app": own.client_id})
    assert forged.status_code == 400
    for name in ("", "//attacker.example", "https://attacker.example", "nothing"):
        lost = visitor.request("/docs/app", "POST", data={"csrf_token": token, "page": name, "app": own.client_id})
        assert lost.status_code == 400


def test_another_developers_app_shows_nothing_of_itself(app: Flask) -> None:
    theirs = make_client(app, make_person(app), name="Secret Plans", redirect_uris=("https://plans.example/callback",))
    own = make_client(app, ada := make_person(app))
    visitor = visit_signed_in(app, ada)
    [form] = visitor.open(PAGE).document.find("form", action="/docs/app")
    hidden = {field["name"]: field["value"] for field in form.find("input")}
    visitor.request("/docs/app", "POST", data={**hidden, "app": theirs.client_id})
    page = visitor.open(PAGE)
    for private in ("Secret Plans", theirs.client_id, "plans.example"):
        assert private not in page.source
    assert own.client_id in page.source


def test_an_owners_page_is_kept_by_nobody_and_reaches_nobody_else(app: Flask) -> None:
    own = make_client(app, ada := make_person(app))
    answer = visit_signed_in(app, ada).request(PAGE)
    assert own.client_id in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert own.client_id not in Visitor.of(app).open(PAGE).source
    for path in ("/llms-full.txt", "/docs/search?q=client"):
        assert own.client_id not in visit_signed_in(app, ada).request(path).text


def test_no_value_can_end_the_text_that_it_stands_in() -> None:
    values = Values(client_id="cf_app_x", redirect_uri=AWKWARD)
    code = {
        name: fill(f"{literal('https://yourapp.com/callback')}", name, values) for name, literal in LITERALS.items()
    }
    assert code == {name: literal(AWKWARD) for name, literal in LITERALS.items()}
    assert fill('<a href="https://yourapp.com/callback">', "html", values) == f'<a href="{escape(AWKWARD)}">'
    assert f"redirect_uri={quote(AWKWARD, safe='')}&" in fill("redirect_uri=YOUR_CALLBACK_URL&", "text", values)


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:3000/callback/contextfile",
        "http://localhost:3000/callback2",
        "https://yourapp.com/callback/YOUR_CLIENT_ID",
        "https://acme.example/cb?from=https://contextfile.ai",
    ],
)
def test_a_value_that_holds_a_placeholder_is_left_as_it_is(app: Flask, uri: str) -> None:
    make_client(app, ada := make_person(app), redirect_uris=(uri, "http://localhost:4000/callback"))
    visitor = visit_signed_in(app, ada)
    for path in (PAGE, "/docs/pkce-and-state"):
        assert f"'{uri}'" in code_of(visitor, path)
        assert f"'{uri}'" in markdown_of(visitor, path)
    assert "contextfile.ai" not in code_of(visitor).replace(uri, "").replace(quote(uri, safe=""), "")


@pytest.mark.parametrize("step", ["redirect", "exchange"])
def test_an_awkward_redirect_uri_leaves_the_sample_readable(step: str, tmp_path: Path) -> None:
    text = in_languages(step, Values(redirect_uri=AWKWARD))
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL))
    assert list(blocks) == list(LANGUAGES)
    ast.parse(blocks["python"])
    if not shutil.which("node"):
        missing("Node is missing; install Node 20 or newer")
    for name, command in {"javascript": ["node", "--check", "step.mjs"], "curl": ["sh", "-n", "step.sh"]}.items():
        (tmp_path / command[-1]).write_text(blocks[name])
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
