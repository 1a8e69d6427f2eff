"""The page for a request that must not be redirected shows how its redirect URI differs."""

import re
from html import unescape

import pytest
from flask import Flask

from tests.factories import REDIRECT_URI
from tests.oauth.parties import Client


def side(html: str, name: str) -> str:
    """One URI of the comparison, with what is marked in square brackets."""
    found = re.search(rf"<dt>{name}</dt><dd><code>(.*?)</code>", html, re.DOTALL)
    assert found, html
    return unescape(found[1].replace("<mark>", "[").replace("</mark>", "]"))


@pytest.mark.parametrize(
    ("sent", "its", "registered", "words"),
    [
        ("http://client.example/callback", "[http]:", "[https]:", "The scheme differs"),
        (f"{REDIRECT_URI}/", "callback[/]", "callback[]", "Only the slash"),
        ("https://client.example:8443/callback", "example[:8443]/", "example[]/", "The port differs"),
        ("https://evil.example/callback", "[evil.example]", "[client.example]", "The host differs"),
        ("<b>'\"", "[]<b>'\"", "[https]:", "The scheme differs"),
    ],
)
def test_sent_and_registered_stand_side_by_side_with_the_difference_marked(
    app: Flask, client: Client, sent: str, its: str, registered: str, words: str
) -> None:
    answer = app.test_client().get(client.request_uri(redirect_uri=sent))
    assert answer.status_code == 400
    assert its in side(answer.text, "Sent")
    assert registered in side(answer.text, "Registered")
    assert words in answer.text
    assert "<b>" not in answer.text


def test_a_refusal_without_a_redirect_uri_to_compare_compares_none(app: Flask, client: Client) -> None:
    answer = app.test_client().get(client.request_uri(client_id="cf_app_unknown"))
    assert answer.status_code == 400
    assert "<mark>" not in answer.text
