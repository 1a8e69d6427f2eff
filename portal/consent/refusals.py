"""The page for a request that must not be redirected (RFC 6749 §4.1.2.1): what was sent, what differs, what to do."""

from urllib.parse import parse_qsl

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.foundation.headers import request_id
from portal.oauth.authorization_request import NotRedirectable
from portal.oauth.errors import without_credentials
from portal.oauth.redirect_comparison import compare

_SHOWN = ("client_id", "redirect_uri", "response_type", "scope")


START_AGAIN = "Start again from the app that you want to connect."


def show_refusal(
    error: NotRedirectable,
    *,
    app_name: str | None = None,
    title: str = "This app’s request cannot be shown",
    done: bool = False,
    again: str | None = None,
) -> ResponseReturnValue:
    """Render the page; nothing that was sent is followed or turned into a link.

    Args:
        app_name: whose request it was, where the error does not know.
        done: whether it was granted before, and nothing is wrong.
        again: a path of ours that puts the same request before the visitor anew.
    """
    pairs = parse_qsl(request.query_string.decode("ascii", "replace"), keep_blank_values=True)
    sent = [{"name": name, "value": without_credentials(value)[:500]} for name, value in pairs if name in _SHOWN][:10]
    redirect_uri = next((pair["value"] for pair in sent if pair["name"] == "redirect_uri"), "")
    page = render_template(
        "consent/refused.html",
        title=title,
        text=error.description,
        sent=sent,
        comparison=compare(redirect_uri, error.compared_with) if error.compared_with else None,
        cure=error.cure,
        app_name=error.client.name if error.client else app_name,
        done=done,
        again=again,
        reference=request_id(),
    )
    return page, 400
