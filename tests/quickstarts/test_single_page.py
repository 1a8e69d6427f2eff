"""The single-page app: a public client in one page, which keeps nothing that outlives it."""

import pytest
from playwright.sync_api import expect

from tests.quickstarts.outage import press_disconnect_in_vain
from tests.quickstarts.program import Quickstart
from tests.quickstarts.walkthrough import Walkthrough, be_refused, remove_access

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.parametrize("program", [Quickstart("spa", env="", public=True)], ids=["spa"], indirect=True),
]


def connect(walk: Walkthrough) -> None:
    """From the page's button to the user's contexts."""
    sent = walk.press_connect()
    assert sent["redirect_uri"] == walk.program.client.redirect_uri
    assert sent["code_challenge_method"] == "S256"
    walk.answer("Allow")
    walk.expect_contexts()


def reload_contexts(walk: Walkthrough) -> int:
    """Press the page's own “Reload” with an expired access token; gives the status of the refresh."""
    walk.provider.let_access_tokens_expire()
    with walk.page.expect_response(f"{walk.program.issuer}/api/oauth/token") as refresh:
        walk.page.get_by_role("button", name="Reload").click()
    return refresh.value.status


def take_access_back(walk: Walkthrough) -> None:
    """What users do at ContextFile, in another tab."""
    tab = walk.page.context.new_page()
    remove_access(tab, walk.provider)
    tab.close()


def test_the_page_shows_the_contexts_for_as_long_as_the_user_wants(walk: Walkthrough) -> None:
    before = walk.provider.endings(walk.program.client)
    connect(walk)
    for _ in range(2):  # the second time, only a page that has kept the new refresh token goes on
        assert reload_contexts(walk) == 200
        expect(walk.page.get_by_role("alert")).to_be_empty()
        walk.expect_contexts()
    with walk.page.expect_response(f"{walk.program.issuer}/api/oauth/revoke"):
        walk.page.get_by_role("button", name="Disconnect").click()
    walk.expect_unconnected()
    ended = walk.provider.endings(walk.program.client)
    assert ended.get("revoked_by_client", 0) == before.get("revoked_by_client", 0) + 1
    assert ended.get(None, 0) == before.get(None, 0)


def test_the_page_offers_to_connect_again_once_the_user_has_taken_the_access_back(walk: Walkthrough) -> None:
    connect(walk)
    take_access_back(walk)
    assert reload_contexts(walk) == 400
    walk.expect_unconnected("was revoked")


def test_nothing_that_opens_the_api_outlives_the_page(walk: Walkthrough) -> None:
    connect(walk)
    page = walk.page
    assert page.url == walk.program.home, "the code is gone from the address"
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    page.reload()
    walk.expect_unconnected()
    take_access_back(walk)


def test_access_that_is_still_open_is_not_called_ended(walk: Walkthrough) -> None:
    alive = walk.provider.endings(walk.program.client).get(None, 0)
    connect(walk)
    for status in (503, None):
        with walk.provider.front.failing("/api/oauth/revoke", status):
            press_disconnect_in_vain(walk)
    assert walk.provider.endings(walk.program.client).get(None, 0) == alive + 1
    walk.page.get_by_role("button", name="Disconnect").click()
    walk.expect_unconnected()
    assert walk.provider.endings(walk.program.client).get(None, 0) == alive


def test_only_this_machine_reaches_the_page(walk: Walkthrough) -> None:
    assert not walk.program.answers_the_network()


def test_the_page_believes_no_answer_but_its_own(walk: Walkthrough) -> None:
    be_refused(walk)
