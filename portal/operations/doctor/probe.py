"""What the doctor asks a running server: whom it takes the caller for. To everybody else there is no such address."""

from flask import Blueprint, Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.config import current_settings

blueprint = Blueprint("doctor", __name__)
PATH = "/healthz/caller"
HEADER = "Doctor-Pass"
_PASS_SECONDS = 60


def _signer() -> URLSafeTimedSerializer:
    settings = current_settings()
    return URLSafeTimedSerializer([*settings.earlier_secret_keys, settings.secret_key], salt="doctor")


def new_pass() -> str:
    """What proves, for a minute, that whoever asks has SECRET_KEY."""
    return str(_signer().dumps("caller"))


@blueprint.get(PATH)
def caller() -> ResponseReturnValue:
    """The caller's address as limits count by it, and what of it arrived."""
    try:
        _signer().loads(request.headers.get(HEADER, ""), max_age=_PASS_SECONDS)
    except BadData:
        abort(404)
    forwarded = [address.strip() for address in request.headers.get("X-Forwarded-For", "").split(",")]
    return jsonify(
        caller=request.remote_addr or "",
        forwarded=list(filter(None, forwarded)),
        trusted=current_settings().trusted_proxies,
    )


def init_app(app: Flask) -> None:
    """Let the application answer it."""
    app.register_blueprint(blueprint)
