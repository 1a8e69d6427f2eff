"""What the configurator lets people choose, read from an address that anybody may have written.

A value that is none of the choices, a text that cannot be seen, an app of somebody else's: each falls back to what the
page begins with, so that a shared or mistyped address always leads to a page that works.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from portal.docs.reader import OwnApp
from portal.foundation.visible_text import can_be_seen

LABELS = ("Connect with ContextFile", "Continue with ContextFile", "Sign in with ContextFile")
MOST_LABEL = 60
"""Characters of a label of one's own."""
OWN_LABEL = "own"
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "variant": {"gradient": "Gradient", "outline": "Outline", "text": "Text only"},
    "size": {"small": "Small", "medium": "Medium", "large": "Large"},
    "shape": {"rounded": "Rounded", "pill": "Pill", "square": "Square"},
    "theme": {"auto": "Auto", "light": "Light", "dark": "Dark"},
    "width": {"fit": "Fit", "full": "Full"},
    "pkce": {"on": "On", "off": "Off"},
    "code": {"react": "React", "element": "Element", "html": "HTML + CSS", "url": "URL"},
    "server": {"express": "Express", "flask": "Flask"},
}
"""Each choice's values and their words, in the order of the page."""
USUAL = {name: next(iter(words)) for name, words in OPTIONS.items()} | {"size": "medium"}
"""What holds when nothing is chosen, and so need not be written in code."""
USUAL_SCOPES = ("profile:read", "contexts:read")


@dataclass(frozen=True)
class Choices:
    """One button, and the code for it."""

    app: OwnApp
    redirect_uri: str
    scopes: Sequence[str]
    label: str
    own_label: bool
    variant: str
    size: str
    shape: str
    theme: str
    width: str
    pkce: bool
    code: str
    server: str

    @property
    def begun_by_browser(self) -> bool:
        """Whether the button makes the request itself, and the page it comes back to checks the answer."""
        return self.code in {"react", "element"}

    @property
    def received_by_server(self) -> bool:
        """Whether the redirect URI is a web address: a private-use scheme leads to an app (RFC 8252 §7.1)."""
        return urlsplit(self.redirect_uri).scheme in {"http", "https"}

    @property
    def query(self) -> dict[str, object]:
        """What leads back to this look and code, for whoever's app: nothing of it is as it was sent."""
        looks = {name: getattr(self, name) for name in OPTIONS if name != "pkce" and getattr(self, name) != USUAL[name]}
        label = {"label": OWN_LABEL, "text": self.label} if self.own_label else {"label": self.label}
        return {**looks, **label, "pkce": "on" if self.pkce else "off", "scope": list(self.scopes)}

    @property
    def classes(self) -> list[str]:
        """The modifiers of the button's class that differ from its usual look."""
        chosen = {name: getattr(self, name) for name in ("variant", "size", "shape", "theme", "width")}
        return [value for name, value in chosen.items() if value != USUAL[name]]


def read_choices(query: MultiDict[str, str], app: OwnApp) -> Choices:
    """Read what was chosen for a button of this app."""

    def chosen(name: str) -> str:
        return query.get(name, "") if query.get(name) in OPTIONS[name] else USUAL[name]

    asked = query.getlist("scope")
    scopes = [name for name in app.scopes if name in asked] or [name for name in app.scopes if name in USUAL_SCOPES]
    uri = query.get("redirect_uri", "")
    own = "".join(filter(can_be_seen, query.get("text", "")))[:MOST_LABEL].strip()
    own_label = query.get("label") == OWN_LABEL and bool(own)
    known = query.get("label", "")
    return Choices(
        app=app,
        redirect_uri=uri if uri in app.redirect_uris else next(iter(app.redirect_uris), OwnApp().redirect_uris[0]),
        scopes=scopes or list(app.scopes[:1]),
        label=own if own_label else known if known in LABELS else LABELS[0],
        own_label=own_label,
        variant=chosen("variant"),
        size=chosen("size"),
        shape=chosen("shape"),
        theme=chosen("theme"),
        width=chosen("width"),
        pkce=chosen("pkce") == "on" or not app.confidential,  # a public client must (RFC 9700 §2.1.1)
        code=chosen("code"),
        server=chosen("server"),
    )
