"""The pages for readers, in the order of their list: the only one. Navigation, search, sitemap and llms.txt read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page."""

    name: str
    """Its address below /docs/, and its file in `prose/`."""
    title: str
    """In the list."""
    summary: str
    """One sentence for who chooses among pages, or sees a link to it elsewhere."""
    kind: str = ""
    """The kind of app that its program needs, one of `client_kinds.KINDS`; empty if any will do."""

    @property
    def path(self) -> str:
        """Its address on this server."""
        return f"/docs/{self.name}"

    @property
    def endpoint(self) -> str:
        """Its name for Flask, below the blueprint's."""
        return self.name.replace("/", "_").replace("-", "_")


def _quickstart(name: str, title: str, summary: str, kind: str = "web") -> Page:
    return Page(f"quickstarts/{name}", title, summary, kind)


CONNECT_BUTTON = Page(
    "connect-button", "The Connect button", "Every look of the button, and the code for the one that you choose."
)
CONTENTS: Mapping[str, Sequence[Page]] = {
    "Guide": (
        Page("connect", "Connect with ContextFile", "The whole integration, from the app to the first call."),
        CONNECT_BUTTON,
        Page("react", "The React package", "The button as a component, and a hook for the callback page."),
        Page("pkce-and-state", "PKCE and state", "What protects the way back to your app, and how to check it."),
        Page("tokens", "Tokens and rotation", "How long tokens live, how to refresh them, and what ends them."),
        Page("rest-api", "The REST API", "Lists, versions, repeats, runs and limits: what all calls have in common."),
        Page("security", "Security practices", "What to do before real people rely on your integration, and why."),
    ),
    "Quickstarts": (
        _quickstart("express", "Node and Express", "A web server in JavaScript, in one file."),
        _quickstart("nextjs", "Next.js", "Route handlers and a server component of the App Router."),
        _quickstart("flask", "Python and Flask", "A web server in Python, in one file."),
        _quickstart("fastapi", "FastAPI", "An asynchronous web server in Python."),
        _quickstart("django", "Django", "A Django project that connects its users."),
        _quickstart("ruby", "Ruby", "A small web server in Ruby."),
        _quickstart("php", "PHP", "Plain PHP with its built-in server."),
        _quickstart("go", "Go", "net/http and nothing else."),
        _quickstart("spa", "Single-page app", "A browser alone: PKCE, and no secret.", "native"),
        _quickstart("cli", "Command line", "A native app with a loopback redirect.", "device"),
        _quickstart("curl", "curl only", "Every request by hand, to see what goes over the wire.", "device"),
    ),
    "Reference": (
        Page("reference", "Endpoints", "Each endpoint with its parameters, answers and errors."),
        Page("scopes", "Scopes", "The eight scopes, what users read about them, and what each opens."),
        Page("errors", "Errors", "Every error by its exact words: what you see, why, and what to do."),
        Page("standards", "Standards", "The RFCs that this server follows, and what it leaves out on purpose."),
        Page("compliance", "Compliance", "Each rule of a standard with the tests that prove it."),
        Page("changelog", "Changelog", "What changed for apps that integrate, newest first."),
    ),
    "Running the server": (
        Page("deployment", "Deployment", "From one machine to many nodes: install, upgrade, observe, back up."),
        Page("settings", "Settings", "For those who run the server: every setting, its default and its meaning."),
    ),
}
PAGES: Mapping[str, Page] = {page.name: page for pages in CONTENTS.values() for page in pages}
