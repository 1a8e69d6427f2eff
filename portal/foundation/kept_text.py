"""What somebody typed, given back when their form cannot be taken because their session has ended meanwhile.

Knows no form: a room says which of its fields hold text, and only those are shown. Asks nothing of the database.
"""

from collections.abc import Callable

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

Label = Callable[[str], str | None]
"""What people call a field, by its name in the form; None for one that is not shown."""


def give_back_texts(app: Flask, room: str, label: Label) -> None:
    """Give back what was typed in the forms of a room, which is named by its blueprint."""
    app.extensions.setdefault("kept_text", {})[room] = label


def kept_text() -> ResponseReturnValue | None:
    """The page with what this request's form holds; None if there is nothing to give back.

    Only a form that was on a page of ours: no other site can have its own text shown here.
    """
    texts = _texts() if request.method == "POST" and _is_from_here() else []
    if not texts:
        return None
    # Without context processors: they ask the database who is signed in.
    template = current_app.jinja_env.get_template("errors/kept_text.html")
    return template.render(texts=texts, form_page=_form_page()), 400


def _is_from_here() -> bool:
    """What the browser says of it (Fetch Metadata); one that does not say that names the origin (RFC 6454 §7)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def _texts() -> list[tuple[str, str]]:
    label: Label | None = current_app.extensions.get("kept_text", {}).get(request.blueprint)
    if label is None:
        return []
    sent = request.form.items(multi=True)
    return [(shown, text) for name, text in sent if text.strip() and (shown := label(name))]


def _form_page() -> str | None:
    """Where the form is: its own address, or the one above it, whichever can be opened."""
    addresses = current_app.create_url_adapter(request)
    for path in (request.path, request.path.rpartition("/")[0]):
        if addresses and addresses.test(path, "GET"):
            return path
    return None
