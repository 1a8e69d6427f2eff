"""The gallery of the Connect button and its configurator. The choices are in the page's address, so it can be shared.

Never compressed, unlike the other pages for readers: it repeats what its address says beside what is its reader's own.
"""

from pathlib import Path

from flask import Blueprint, Flask, current_app, render_template, request, url_for

from portal.config import current_settings
from portal.docs.connect_button_choices import LABELS, MOST_LABEL, OPTIONS, OWN_LABEL, Choices, read_choices
from portal.docs.connect_button_code import button_samples, receiving_samples
from portal.docs.connect_button_files import ARTWORK, CLASS, ELEMENT, read_button_files
from portal.docs.contents import CONNECT_BUTTON
from portal.docs.reader import own_apps
from portal.oauth.client_listing import PER_PAGE
from portal.oauth.scopes import GROUPS, SCOPES

blueprint = Blueprint("connect_button", __name__)


def init_app(app: Flask) -> None:
    """Register the page; the files that it quotes are read at start."""
    read_button_files(Path(app.static_folder or ""))
    app.register_blueprint(blueprint)


@blueprint.get("/docs/connect-button")
def connect_button() -> str:
    """The page: the button in every look, and the code for the one that was chosen."""
    apps, app = own_apps(request.args.get("app", ""))
    choices = read_choices(request.args, app)
    files = read_button_files(Path(current_app.static_folder or ""))
    issuer = current_settings().issuer
    element_url = issuer + url_for("static", filename=ELEMENT)
    return render_template(
        "docs/connect_button.html",
        page=CONNECT_BUTTON,
        options=OPTIONS,
        labels=LABELS,
        own_label=OWN_LABEL,
        most_label=MOST_LABEL,
        most_apps=PER_PAGE,
        apps=apps,
        choices=choices,
        scopes=_scopes(choices),
        button_class=" ".join([CLASS, *(f"{CLASS}--{modifier}" for modifier in choices.classes)]),
        samples=button_samples(choices, issuer, element_url, files),
        receiving=receiving_samples(choices, issuer, element_url, files),
        element_url=element_url,
        integrity=files.integrity,
        artwork=[(name, url_for("static", filename=f"{ARTWORK}/{name}")) for name in files.artwork],
    )


def _scopes(choices: Choices) -> list[tuple[str, list[dict[str, object]]]]:
    """The scopes that the app may ask for, in groups, each with whether it is chosen."""
    grouped = [
        (
            group,
            [
                {"name": name, "sentence": SCOPES[name].sentence, "chosen": name in choices.scopes}
                for name in choices.app.scopes
                if SCOPES[name].group == group
            ],
        )
        for group in GROUPS
    ]
    return [(group, scopes) for group, scopes in grouped if scopes]
