"""Logos as files: several sizes, each at the address of its content."""

from flask import Response, abort

from portal.developer.pages import blueprint
from portal.oauth.client_profiles import get_logo


@blueprint.get("/logos/<string(length=64):sha256>.webp", defaults={"side": 256})
@blueprint.get("/logos/<string(length=64):sha256>-<any('128', '64'):side>.webp")
def logo(sha256: str, side: int | str) -> Response:
    """A logo; templates ask for the size that they show (`app_logo`)."""
    image = get_logo(sha256, int(side)) if sha256.isalnum() else None
    if image is None:
        abort(404)
    return Response(image, mimetype="image/webp", headers={"Cache-Control": "public, max-age=31536000, immutable"})
