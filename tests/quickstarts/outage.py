"""What a connected user sees while ContextFile cannot be reached: access that is still open is not called ended."""

from playwright.sync_api import expect

from tests.quickstarts.walkthrough import Walkthrough

NOTHING_ENDED = "ContextFile could not be reached; nothing was ended. Try again."
ANSWERS_A_FORM = {"express", "flask", "fastapi", "django", "ruby", "php", "go"}
"""The programs whose refusal to disconnect is a page of its own, with a status."""


def press_disconnect_in_vain(walk: Walkthrough) -> None:
    """Press “Disconnect” while ContextFile fails: the page says that nothing was ended, and offers it again."""
    disconnect = walk.page.get_by_role("button", name="Disconnect")
    if walk.program.name in ANSWERS_A_FORM:
        with walk.page.expect_response(f"{walk.program.home}disconnect") as response:
            disconnect.click()
        assert response.value.status == 502
    else:
        disconnect.click()
    expect(walk.page.get_by_text(NOTHING_ENDED)).to_be_visible()
    expect(disconnect).to_be_visible()
    expect(walk.connect).to_have_count(0)
    assert "cf_" not in walk.page.content()


def stay_connected(walk: Walkthrough) -> None:
    """Connect; turn back from a second connection; find ContextFile failing, and disconnect once it is back."""
    page, home, provider = walk.page, walk.program.home, walk.provider
    before = provider.endings(walk.program.client)
    walk.press_connect()
    walk.answer("Allow")
    walk.expect_contexts()
    provider.server.forget_decisions()  # or the user would come straight back
    page.goto(f"{home}login")  # as another site's link to it would lead there
    page.goto(home)
    walk.expect_contexts()
    page.goto(f"{home}login")
    walk.answer("Deny")
    page.goto(home)
    walk.expect_contexts()
    for status in (503, None):
        with provider.front.failing("/api/", status):
            press_disconnect_in_vain(walk)
            failed = page.context.request.get(home)  # whatever it is that its server makes of it
            assert "cf_" not in failed.text(), "the page that tells of the failure shows a token"
        page.goto(home)
        walk.expect_contexts()
    with provider.front.failing("/api/oauth/revoke", 503):
        press_disconnect_in_vain(walk)
    assert provider.endings(walk.program.client).get(None, 0) == before.get(None, 0) + 1
    page.get_by_role("button", name="Disconnect").click()
    walk.expect_unconnected()
    ended = provider.endings(walk.program.client)
    assert ended.get("revoked_by_client", 0) == before.get("revoked_by_client", 0) + 1
    assert ended.get(None, 0) == before.get(None, 0)
