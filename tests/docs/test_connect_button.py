"""The gallery and configurator as a page: what hostile addresses, strangers and owners get from it."""

import re
from urllib.parse import urlencode

import pytest
from flask import Flask

from portal.docs.connect_button_choices import OPTIONS
from portal.oauth.scopes import SCOPES
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import make_client, make_person

PATH = "/docs/connect-button"
HOSTILE = [
    "variant=%00&size=%ff%fe&shape[]=x&label=%ED%A0%80",
    "label=own&text=%00%E2%80%AE%FF",
    "label=own&text=" + "%F0%9F%92%A9" * 200,
    "app=%00&redirect_uri=javascript:alert(1)&scope=%00&scope=admin",
    "variant=outline&variant=text&pkce=maybe&server=cobol&code=../../etc/passwd",
    "&".join(f"x{number}=1" for number in range(2000)),
    "%", "=&=&", "a" * 3000,
]  # fmt: skip


def page_of(flask: Flask, visitor: Visitor | None = None, /, **query: str | list[str]) -> Page:
    return (visitor or Visitor.of(flask)).open(f"{PATH}?{urlencode(query, doseq=True)}")


def code_of(page: Page) -> dict[str, str]:
    """Every block of code on the page, as it would be copied."""
    blocks = [element for element in page.document.find("code") if element["id"]]
    return {block["id"].removeprefix("code-"): "".join(block._texts()) for block in blocks}


@pytest.mark.parametrize("query", HOSTILE)
def test_an_address_that_nobody_meant_leads_to_the_usual_page(app: Flask, query: str) -> None:
    response = app.test_client().get(f"{PATH}?{query}")
    assert response.status_code == 200
    assert "javascript:" not in response.text
    assert "YOUR_CLIENT_ID" in response.text


LABEL = "\"><script>alert(1)</script> {x} ' \\ &lt;"
IN_HTML = "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt; {x} &#39; \\ &amp;lt;"
WRITTEN = {
    "react": r"""label={"\">\u003cscript>alert(1)\u003c/script> {x} ' \\ &lt;"}""",
    "element": f'label="{IN_HTML}"',
    "html": f"\n  {IN_HTML}\n</a>",
    "url": "",
}


@pytest.mark.parametrize("code", WRITTEN)
def test_markup_in_a_label_stays_text(app: Flask, code: str) -> None:
    page = page_of(app, label="own", text=LABEL, code=code)
    assert "alert" not in "".join(script.text for script in page.document.find("script"))
    [preview] = [link for link in page.document.find("a") if link["href"] == "#code"]
    assert preview.text == LABEL
    assert WRITTEN[code] in code_of(page)[code]


def test_a_label_is_cut_at_sixty_characters_and_never_empty_or_invisible(app: Flask) -> None:
    assert 'label="' + "x" * 60 + '"' in code_of(page_of(app, label="own", text="x" * 90, code="element"))["element"]
    for text in ("", "   ", "\u202e\u200b"):
        assert "label=" not in code_of(page_of(app, label="own", text=text, code="element"))["element"]


def test_another_developers_app_shows_nothing_of_itself(app: Flask) -> None:
    theirs = make_client(app, make_person(app), name="Secret Plans", redirect_uris=("https://plans.example/callback",))
    own = make_client(app, ada := make_person(app))
    for visitor in (Visitor.of(app), visit_signed_in(app, ada), visit_signed_in(app)):
        page = page_of(app, visitor, app=theirs.client_id, redirect_uri="https://plans.example/callback")
        for private in ("Secret Plans", theirs.client_id, "plans.example"):
            assert private not in page.source
    assert own.client_id in page_of(app, visit_signed_in(app, ada), app=theirs.client_id).source


def test_the_page_is_kept_by_nobody_and_never_compressed(app: Flask) -> None:
    response = app.test_client().get(PATH, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in response.headers


def test_a_developer_gets_code_of_their_own_without_the_secret(app: Flask) -> None:
    ada = make_person(app)
    uris = ("https://one.example/callback", "https://two.example/back?tenant=1")
    client = make_client(app, ada, redirect_uris=uris)
    visitor = visit_signed_in(app, ada)
    page = page_of(app, visitor, app=client.client_id, redirect_uri=uris[1], scope=["tasks:read"], code="url")
    [url] = [text for name, text in code_of(page).items() if name == "url"]
    assert f"client_id={client.client_id}&" in url
    assert "&redirect_uri=https%3A%2F%2Ftwo.example%2Fback%3Ftenant%3D1&scope=tasks%3Aread&" in url
    assert str(client.client_secret) not in page.source
    assert "process.env.CONTEXTFILE_CLIENT_SECRET" in code_of(page)["express"]
    unregistered = page_of(app, visitor, app=client.client_id, redirect_uri="https://evil.example/", code="url")
    assert "one.example" in code_of(unregistered)["url"]
    assert "evil.example" not in unregistered.source


def test_an_app_without_a_secret_always_uses_pkce(app: Flask) -> None:
    ada = make_person(app)
    client = make_client(app, ada, type="public", redirect_uris=("com.example.app:/callback",))
    page = page_of(app, visit_signed_in(app, ada), app=client.client_id, pkce="off", code="url")
    assert "code_challenge_method=S256" in code_of(page)["url"]
    assert list(code_of(page)) == ["url"], "no server receives what goes to a private-use scheme"
    assert "on the person’s device" in page.text
    assert "CLIENT_SECRET" not in page.source


def test_pkce_can_be_left_out_by_an_app_with_a_secret(app: Flask) -> None:
    for code in OPTIONS["code"]:
        for server in OPTIONS["server"]:
            text = "".join(code_of(page_of(app, pkce="off", code=code, server=server)).values())
            assert not re.search("verifier:|challenge|pkce", text.lower().replace("code_verifier: answer.code", ""))


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in ("variant", "size", "shape", "theme", "width") for value in OPTIONS[name]],
)
def test_a_look_is_in_the_preview_and_in_each_code(app: Flask, name: str, value: str) -> None:
    usual = {"gradient", "medium", "rounded", "auto", "fit"}
    page = page_of(app, **{name: value}, code="html")
    [preview] = [link for link in page.document.find("a") if link["href"] == "#code"]
    assert (f"connect-with-contextfile--{value}" in preview["class"].split()) is (value not in usual)
    assert f'class="{preview["class"]}"' in code_of(page)["html"]
    for code in ("react", "element"):
        written = code_of(page_of(app, **{name: value}, code=code))[code]
        assert (f'{name}="{value}"' in written) is (value not in usual)


def test_the_choices_come_back_in_the_form(app: Flask) -> None:
    chosen: dict[str, str | list[str]] = {
        "variant": "outline", "size": "large", "shape": "pill", "theme": "dark", "width": "full", "pkce": "off",
        "code": "element", "server": "flask", "label": "own", "text": "Import from ContextFile",
        "scope": ["tasks:read"],
    }  # fmt: skip
    page = page_of(app, **chosen)
    checked = {(box["name"], box["value"]) for box in page.document.find("input") if "checked" in box.attributes}
    expected = {(name, value) for name, value in chosen.items() if isinstance(value, str) and name != "text"}
    assert checked == expected | {("scope", "tasks:read")}
    assert [box["value"] for box in page.document.find("input", name="text")] == ["Import from ContextFile"]
    assert {box["value"] for box in page.document.find("input", name="scope")} == set(SCOPES)


def test_the_gallery_holds_every_look_and_the_docs_lead_to_it(app: Flask) -> None:
    page = page_of(app)
    for variant in OPTIONS["variant"]:
        for size in OPTIONS["size"]:
            for theme in ("light", "dark"):
                looks = " ".join(f"connect-with-contextfile--{look}" for look in (variant, size, theme))
                assert len(page.document.find("a", **{"class": f"connect-with-contextfile {looks}"})) == 1
    for path in ("/docs/connect", "/docs/compliance", PATH):
        links = [link["href"] for link in Visitor.of(app).open(path).document.find("a")]
        assert PATH in links
    assert "/developer/oauth-apps/new" in page.links


def test_the_choices_outlast_a_log_in(app: Flask) -> None:
    own = make_client(app, ada := make_person(app))
    visitor = Visitor.of(app)
    page = page_of(app, visitor, variant="outline", label="own", text='a "b" & c', code="html")
    [link] = [link for link in page.document.find("a") if link.text == "Log in" and "outline" in link["href"]]
    answer = visitor.log_in(ada, link["href"])
    code = code_of(visitor.open(answer.location))["html"]
    assert "connect-with-contextfile--outline" in code
    assert "a &#34;b&#34; &amp; c" in code
    assert own.client_id in visitor.open(answer.location).source
