"""What somebody does with a quickstart's program in the browser, and what each program's pages say to that.

Not connected: a link or button “Connect with ContextFile”. Connected: the names of the user's contexts, and a button
“Disconnect”. What the redirect URI refuses is explained in the words below.
"""

from playwright.sync_api import Locator, Page, expect

from tests.fixtures.loopback import parameters
from tests.quickstarts.program import Program
from tests.quickstarts.provider import Provider

CONNECT = "Connect with ContextFile"
DENIED = "No access was given."
FOREIGN_STATE = "This answer belongs to no request of yours."
FOREIGN_ISSUER = "This answer is not from ContextFile."


def answer_request(page: Page, provider: Provider, button: str) -> None:
    """At an authorization request: log in if asked, then press Allow or Deny."""
    answer = page.get_by_role("button", name=button, exact=True)
    log_in = page.get_by_role("button", name="Log in", exact=True)
    answer.or_(log_in).wait_for()
    if log_in.is_visible():
        page.get_by_label("Email", exact=True).fill(provider.demo.email)
        page.get_by_label("Password", exact=True).fill(provider.demo.password)
        log_in.click()
    answer.click()


def remove_access(page: Page, provider: Provider) -> None:
    """Take back all that the demo user has allowed, at ContextFile."""
    page.goto(f"{provider.issuer}/settings/connected-apps")
    apps = page.locator("summary", has_text="Remove access")
    for _ in range(apps.count()):
        apps.first.click()
        with page.expect_navigation():
            page.get_by_role("button", name="Yes, remove access").first.click()
    page.get_by_text("No app has access").wait_for()


class Walkthrough:
    """The demo user, in a browser that has not been here before."""

    def __init__(self, page: Page, program: Program, provider: Provider) -> None:
        self.page = page
        self.program = program
        self.provider = provider

    @property
    def connect(self) -> Locator:
        """What begins it."""
        return self.page.get_by_role("link", name=CONNECT).or_(self.page.get_by_role("button", name=CONNECT))

    def press_connect(self) -> dict[str, str]:
        """From the program's first page to ContextFile; gives the authorization request's parameters."""
        self.page.goto(self.program.home)
        with self.page.expect_request(f"{self.program.issuer}/oauth/authorize?*") as request:
            self.connect.click()
        sent = parameters(request.value.url)
        self.page.wait_for_url(f"{self.program.issuer}/**")
        return sent

    def answer(self, button: str) -> None:
        """Press Allow or Deny, and be back at the program."""
        answer_request(self.page, self.provider, button)
        self.page.wait_for_url(f"{self.program.home}**")

    def connect_again(self) -> None:
        """Connect once more: only an app that anybody on this computer could be has the user asked anew."""
        if not self.program.client.client_secret:
            self.press_connect()
            self.answer("Allow")
            return
        self.page.goto(self.program.home)
        with self.page.expect_response(f"{self.program.issuer}/oauth/authorize?*") as answered:
            self.connect.click()
        assert answered.value.status == 303
        self.page.wait_for_url(f"{self.program.home}**")

    def be_answered(self, answer: dict[str, str]) -> None:
        """Arrive at the redirect URI with an answer that somebody has made up."""
        query = "&".join(f"{name}={value}" for name, value in answer.items())
        self.page.goto(f"{self.program.client.redirect_uri}&{query}")

    def expect_contexts(self) -> None:
        """The page shows the user's contexts, each by its name to the letter."""
        names = self.provider.context_names()
        assert len(names) > 1
        for name in names:
            expect(self.page.get_by_text(name, exact=True)).to_be_visible()
        expect(self.connect).to_have_count(0)

    def expect_unconnected(self, words: str = "") -> None:
        """The page offers to connect, and says why it is not."""
        expect(self.connect).to_be_visible()
        expect(self.page.locator("body")).to_contain_text(words)
        expect(self.page.get_by_role("button", name="Disconnect")).to_have_count(0)


def use_and_leave(walk: Walkthrough) -> None:
    """Connect, read the contexts with three access tokens, disconnect; connect again, and be shut out."""
    before = walk.provider.endings(walk.program.client)
    sent = walk.press_connect()
    assert sent["redirect_uri"] == walk.program.client.redirect_uri
    assert sent["code_challenge_method"] == "S256"
    walk.answer("Allow")
    walk.expect_contexts()
    for _ in range(2):  # the second time, only a program that has kept the new refresh token goes on
        walk.provider.let_access_tokens_expire()
        walk.page.goto(walk.program.home)
        walk.expect_contexts()
    walk.page.get_by_role("button", name="Disconnect").click()
    walk.expect_unconnected()
    ended = walk.provider.endings(walk.program.client)
    assert ended.get("revoked_by_client", 0) == before.get("revoked_by_client", 0) + 1
    assert ended.get(None, 0) == before.get(None, 0)
    walk.connect_again()
    walk.expect_contexts()
    remove_access(walk.page, walk.provider)
    walk.page.goto(walk.program.home)
    walk.expect_unconnected()


def be_refused(walk: Walkthrough) -> None:
    """Deny; then arrive with answers to nothing, from elsewhere, and to a request that was answered before."""
    issuer = walk.program.issuer
    walk.press_connect()
    walk.answer("Deny")
    walk.expect_unconnected(DENIED)
    first, second = walk.press_connect(), walk.press_connect()
    for name in ("state", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name], f"{name} must be a fresh one"
    walk.be_answered({"code": "somebody-elses", "state": "forged", "iss": issuer})
    walk.expect_unconnected(FOREIGN_STATE)
    walk.be_answered({"code": "somebody-elses", "iss": issuer})
    walk.expect_unconnected(FOREIGN_STATE)
    sent = walk.press_connect()
    walk.be_answered({"code": "elsewhere", "state": sent["state"], "iss": "https://attacker.example"})
    walk.expect_unconnected(FOREIGN_ISSUER)
    walk.be_answered({"code": "somebody-elses", "state": sent["state"], "iss": issuer})
    walk.expect_unconnected(FOREIGN_STATE)
