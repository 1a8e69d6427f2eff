"""The guide's samples as a reader sees them who has chosen an app."""

from pathlib import Path

from portal.docs import samples
from portal.docs.reader import Values
from portal.foundation.languages import LANGUAGES
from tests.fixtures.servers import DemoClient

FOLDER = Path(samples.__file__).parent / "samples"
PUBLISHED_AT = "https://contextfile.ai"
SHOWN = {
    "redirect": ("auth_url", "state"),
    "redirect_pkce": ("auth_url", "state", "code_verifier"),
    "callback": (),
    "exchange": ("tokens",),
    "exchange_pkce": ("tokens",),
    "request": ("contexts",),
    "refresh": ("new_tokens",),
    "revoke": (),
    "introspect": ("introspection",),
}
"""Every step, and what its code makes, by the names that Python's gives it."""

GUIDE = {
    "redirect": "42e1fa12331ce48a",
    "exchange": "03ae3bcb05847dcb",
    "request": "4db37676d8ae4027",
    "refresh": "edecb7dae06063e3",
}
"""The steps whose JavaScript the public guide has had all along: how the SHA-256 of its text without spaces begins."""


def is_the_guides(language: str, step: str) -> bool:
    """Whether a sample is the guide's own, which leaves the state to others and looks at no status."""
    return language == "javascript" and step in GUIDE


def path_of(language: str, step: str) -> Path:
    """The file of one step."""
    return FOLDER / language / f"{step}.{LANGUAGES[language].extension}"


def filled(language: str, step: str, values: Values) -> str:
    """A sample with an app's values in it."""
    return samples.fill(path_of(language, step).read_text("utf-8"), language, values)


def printed(language: str, issuer: str, scope: str, public: DemoClient, confidential: DemoClient) -> dict[str, str]:
    """Every step in one language, on the server at `issuer`: for a public app those with PKCE."""

    def code_of(step: str) -> str:
        app = public if step.endswith("_pkce") else confidential
        values = Values(client_id=app.client_id, redirect_uri=app.redirect_uri, scope=scope)
        return filled(language, step, values).replace(PUBLISHED_AT, issuer)

    return {step: code_of(step) for step in SHOWN}
