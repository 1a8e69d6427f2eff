"""Static files at addresses that change with their content, so that browsers may keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path
from posixpath import normpath

from flask import Flask, Response, request, url_for

from portal.foundation.headers import allow_any_origin

FOR_OTHER_SITES = "connect/"
"""Folder of the static files that other people's pages load, with an integrity hash; its addresses carry versions."""


def init_app(app: Flask) -> None:
    """Give templates `asset("css/base.css")`."""
    folder = Path(app.static_folder or "")

    @cache
    def version(name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=version(name))

    @app.before_request
    def allow_other_sites() -> None:
        if request.endpoint == "static" and (request.view_args or {})["filename"].startswith(FOR_OTHER_SITES):
            allow_any_origin()

    @app.after_request
    def keep_what_was_asked_for(response: Response) -> Response:
        # While nodes are upgraded in turn, a page of one asks another for what that has not, or as it was before.
        if request.endpoint == "static":
            wanted, name = request.args.get("v"), normpath((request.view_args or {})["filename"])
            if response.status_code >= 400 or (wanted and wanted != version(name)):
                response.headers["Cache-Control"] = "no-store"
        return response

    app.jinja_env.globals["asset"] = asset
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31536000
