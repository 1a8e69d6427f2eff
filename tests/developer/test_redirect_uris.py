import pytest
from flask import Flask

from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor
from tests.developer.app_form import APPS, register, registered

BAD = [
    ("/callback", "Begin with a scheme"),
    ("acme.example/callback", "Begin with a scheme"),
    ("//acme.example/callback", "Begin with a scheme"),
    ("HTTPS://acme.example/callback", "Write the scheme in lower case"),
    ("http://acme.example/callback", "Use https://"),
    ("http://localhost.evil.example/callback", "Use https://"),
    ("http://127.0.0.1.evil.example/callback", "Use https://"),
    ("http://10.0.0.1/callback", "Use https://"),
    ("http://0.0.0.0/callback", "Use https://"),
    ("http://localhost@evil.example/callback", "Use https://"),
    ("javascript:alert(1)", "reversed: com.example.app, not javascript"),
    ("data:text/html,x", "reversed: com.example.app, not data"),
    ("file:///etc/passwd", "reversed: com.example.app, not file"),
    ("myapp://callback", "reversed: com.example.app, not myapp"),
    ("https://user@acme.example/callback", "Leave out the user name and password"),
    ("https://user:secret@acme.example/callback", "Leave out the user name and password"),
    ("https://acme.example@evil.example/callback", "Leave out the user name and password"),
    ("http://user@localhost:3000/callback", "Leave out the user name and password"),
    ("https:///callback", "Name the host: https://"),
    ("https:callback", "Name the host: https://"),
    ("https://:8443/callback", "Name the host: https://"),
    ("https://ACME.example/callback", "Write the host in lower case: acme.example"),
    ("http://LOCALHOST:3000/callback", "Write the host in lower case: localhost:3000"),
    ("https://acme..example/callback", "acme..example is not a host name"),
    ("https://acme.example:/callback", "acme.example: is not a host name"),
    ("https://acme%2eexample/callback", "is not a host name"),
    ("https://acme_notes.example/callback", "is not a host name"),
    ("https://acme.example:port/callback", "The host or the port cannot be read"),
    ("https://acme.example:65536/callback", "The host or the port cannot be read"),
    ("https://[::1/callback", "The host or the port cannot be read"),
    ("https://acme.example/callback#", "Leave out the fragment"),
    ("https://acme.example/callback#done", "Leave out the fragment"),
    ("https://*.acme.example/callback", "Wildcards (*)"),
    ("https://acme.example/*", "Wildcards (*)"),
    ("*", "Wildcards (*)"),
    ("https://acme.example/../callback", "path segments . and .."),
    ("https://acme.example/./callback", "path segments . and .."),
    ("https://acme.example/%2e%2e/callback", "path segments . and .."),
    ("https://acme.example/%2E/callback", "path segments . and .."),
    ("https://acme.example/a%2F..%2Fcallback", "path segments . and .."),
    ("https://acme.example/a b", "Percent-encode spaces"),
    ("https://acme.example/ä", "Percent-encode spaces"),
    ("https://bücher.example/callback", "punycode"),
    ("https://acme.example\\@evil.example/callback", "Percent-encode"),
    ("https://acme.example/<script>", "Percent-encode"),
    ('https://acme.example/"onclick=', "Percent-encode"),
    ("https://acme.example/{id}", "Percent-encode"),
    ("https://acme.example/callback?code=1", "query parameter code"),
    ("https://acme.example/callback?x=1&state=2", "query parameter state"),
    ("https://acme.example/callback?iss", "query parameter iss"),
    ("https://acme.example/callback?error=x", "query parameter error"),
    ("https://acme.example/call\0back", "U+0000"),
    ("https://acme.example/call\r\nback", "U+000D"),
    ("https://acme.example/\u202ekcabllac", "U+202E"),
    ("https://acme.example/" + "x" * 1980, "2000"),
]
GOOD = [
    "https://acme.example",
    "https://acme.example/",
    "https://acme.example/callback",
    "https://acme.example:8443/callback",
    "https://xn--bcher-kva.example/callback",
    "https://acme.example/callback?tenant=7&lang=en",
    "https://acme.example/callback?next=%2Fhome",
    "https://acme.example/call%20back/~user/a..b/",
    "https://192.0.2.1/callback",
    "https://[2001:db8::1]:8443/callback",
    "http://localhost:3000/callback",
    "http://localhost/callback",
    "http://127.0.0.1/cb",
    "http://127.0.0.1:53682/cb",
    "http://[::1]/cb",
    "http://[::1]:8080/cb",
    "com.example.app:/cb",
    "com.example.app:/oauth/callback?x=1",
    "com.example.app://callback",
    "https://acme.example/" + "x" * 1979,
]


@pytest.mark.standard("ContextFile security rule", "4", "The portal refuses what registration refuses")
@pytest.mark.standard("RFC 6749", "3.1.2", "A redirect URI is absolute and has no fragment")
@pytest.mark.parametrize(("uri", "words"), BAD, ids=[ascii(uri)[1:50] for uri, _ in BAD])
def test_a_bad_redirect_uri_is_told_what_is_wrong_at_its_own_row(
    app: Flask, developer: Visitor, uri: str, words: str
) -> None:
    rows = {"redirect_uris__0": "https://acme.example/1", "redirect_uris__1": uri}
    page = Page(register(developer, **rows, redirect_uris__2="https://acme.example/3"))
    assert list(page.errors) == ["redirect_uris-1"], page.text
    assert words in page.errors["redirect_uris-1"]
    assert f"Redirect URI 2: {page.errors['redirect_uris-1'].removeprefix('Error: ')}" in page.summary
    kept = [page.values[f"redirect_uris-{row}"] for row in range(3)]
    assert kept == ["https://acme.example/1", uri, "https://acme.example/3"]
    assert registered(app) == []


@pytest.mark.parametrize("uri", ["localhost:3000/callback", "acme.example:8443/callback"])
def test_a_host_and_port_without_a_scheme_are_not_taken_for_a_scheme(app: Flask, developer: Visitor, uri: str) -> None:
    page = Page(register(developer, redirect_uris__0=uri))
    assert list(page.errors) == ["redirect_uris-0"]
    assert "Begin with" in page.errors["redirect_uris-0"]
    assert registered(app) == []


def test_every_bad_row_has_its_own_message(developer: Visitor) -> None:
    rows = {
        "redirect_uris__0": "http://acme.example/callback",
        "redirect_uris__1": "https://acme.example/callback",
        "redirect_uris__2": "https://acme.example/callback#done",
        "redirect_uris__3": "https://acme.example/callback",
    }
    page = Page(register(developer, **rows))
    assert list(page.errors) == ["redirect_uris-0", "redirect_uris-2", "redirect_uris-3"]
    assert "https://" in page.errors["redirect_uris-0"]
    assert "fragment" in page.errors["redirect_uris-2"]
    assert "already in the list" in page.errors["redirect_uris-3"]


@pytest.mark.standard("RFC 6749", "3.1.2.2", "Every client registers a redirect URI")
@pytest.mark.parametrize("rows", [{"redirect_uris__0": ""}, {"redirect_uris__0": None}, {"redirect_uris__1": " "}])
def test_at_least_one_redirect_uri_is_needed(app: Flask, developer: Visitor, rows: dict[str, str | None]) -> None:
    page = Page(register(developer, **{"redirect_uris__0": "", **rows}))
    assert page.status == 422
    assert "Add at least one redirect URI, such as http://localhost:3000/callback." in page.errors["redirect_uris-0"]
    assert registered(app) == []


def test_twenty_one_redirect_uris_are_too_many(app: Flask, developer: Visitor) -> None:
    rows = {f"redirect_uris__{row}": f"https://acme.example/{row}" for row in range(21)}
    page = Page(register(developer, **rows))
    assert page.status == 422
    assert page.summary == ["21 redirect URIs are too many; 20 are the most."]
    assert [page.values[f"redirect_uris-{row}"] for row in range(21)] == list(rows.values())
    assert registered(app) == []


def test_twenty_are_not(app: Flask, developer: Visitor) -> None:
    rows = {f"redirect_uris__{row}": f"https://acme.example/{row}" for row in range(20)}
    assert register(developer, **rows).status_code == 200
    (client,) = registered(app)
    assert [row.uri for row in client.redirect_uris] == list(rows.values())


@pytest.mark.standard("RFC 8252", "7.1", "A private-use scheme with a dot may be registered")
@pytest.mark.parametrize("uri", GOOD, ids=[uri[:50] for uri in GOOD])
def test_a_good_redirect_uri_is_kept_to_the_character(app: Flask, developer: Visitor, uri: str) -> None:
    assert register(developer, redirect_uris__0=f" {uri} ").status_code == 200
    (client,) = registered(app)
    assert [row.uri for row in client.redirect_uris] == [uri]
    assert uri in developer.open(f"{APPS}/{client.client_id}").text


def test_empty_rows_are_left_out(app: Flask, developer: Visitor) -> None:
    rows = {"redirect_uris__0": "", "redirect_uris__1": "https://acme.example/b", "redirect_uris__2": "  "}
    register(developer, **rows, redirect_uris__3="https://acme.example/a")
    (client,) = registered(app)
    assert [row.uri for row in client.redirect_uris] == ["https://acme.example/b", "https://acme.example/a"]
