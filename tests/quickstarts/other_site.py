"""What another site's page may try with a browser that is connected: nothing comes of it."""

from playwright.sync_api import Response

from tests.fixtures.loopback import Callback
from tests.quickstarts.walkthrough import Walkthrough

PRESS = """([html, home]) => {
    const form = new DOMParser().parseFromString(html, 'text/html').forms[0]
    form.action = new URL(form.getAttribute('action') ?? '', home)
    document.body.append(form)
    form.querySelector('button').click()
}"""
FOLLOW = "([, home]) => location.assign(`${home}disconnect`)"


def try_from_elsewhere(walk: Walkthrough, other_site: Callback) -> None:
    """Press the program's own “Disconnect” on another site's page, and follow a link to it; the user notices nothing.

    Args:
        other_site: at 127.0.0.1, which is another site than the program's localhost.
    """
    page, home = walk.page, walk.program.home
    walk.press_connect()
    walk.answer("Allow")
    walk.expect_contexts()
    for cookie in page.context.cookies(home):
        assert cookie["httpOnly"], f"scripts can read the cookie {cookie['name']}"
        assert cookie["sameSite"] == "Lax"
        assert "cf_" not in cookie["value"], f"the cookie {cookie['name']} carries a token"
    first_page = page.goto(home)
    assert isinstance(first_page, Response)
    html = first_page.text()
    assert "Disconnect" in html
    for script in (PRESS, FOLLOW):
        tab = page.context.new_page()
        tab.goto(other_site.uri.removesuffix("/callback"))  # nobody waits for that there
        with tab.expect_response(f"{home}**"):
            tab.evaluate(script, [html, home])
        tab.close()
        page.goto(home)
        walk.expect_contexts()
    page.get_by_role("button", name="Disconnect").click()
    walk.expect_unconnected()
