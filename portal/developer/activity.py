"""An app's Activity page: edits with who made them, and calls that failed, with their cause in words."""

import re
from itertools import groupby
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.foundation.visible_text import can_be_seen
from portal.oauth.activity import Event, Position, Wanted, count_failures, list_events
from portal.oauth.client_events import CAUSES, FAILURE, KINDS, REUSES
from portal.oauth.models import Client
from portal.oauth.record_writing import DAY
from portal.oauth.recorder import current_recorder
from portal.oauth.redirect_comparison import compare
from portal.oauth.redirect_uris import MOST_CHARACTERS, closest, fault_of, matches

GROUPS = {"": "Everything", "edits": "Edits", "failures": "Failed calls"}
ENDPOINTS = ("authorize", "token", "refresh", "revoke", "introspect")
_ICONS = {"registered": "plus", "secret": "shield-check", "redirect_uri": "link-2", "access": "user-round"}
_REUSE = {
    "code_reuse": {
        "meaning": "A mistake or a theft: either this app sent one code twice, or somebody got hold of it.",
        "done": "The call was refused, and every token from the code’s first use was revoked. "
        "The user has to connect again.",
        "cure": "Exchange each code once: a page that mounts or reloads twice must not send it again. If it was not "
        "this app, find out where codes can be read (logs, browser extensions, other apps on the device), and send a "
        "PKCE code challenge.",
    },
    "refresh_token_reuse": {
        "meaning": "A mistake or a theft: either this app used an old refresh token, or somebody has a copy.",
        "done": "The call was refused, and every token of that authorization was revoked. "
        "The user has to connect again.",
        "cure": "Store each new refresh token before the next use, and refresh in one place at a time. If it was not "
        "this app, treat what it stores as stolen, and rotate the client secret.",
    },
}
"""What a reuse may mean, what the server did about it, and what to do (RFC 6749 §4.1.2, RFC 9700 §4.14.2)."""


@blueprint.get("/developer/oauth-apps/<client_id>/activity")
@login_required
def activity(client_id: str) -> ResponseReturnValue:
    """What happened to an app. A filter or position that cannot be read is none."""
    client = own_app(client_id)
    current_recorder().write()
    wanted = _wanted()
    newer_than, older_than = _position("newer_than"), _position("older_than")
    found = list_events(client.id, wanted, newer_than=newer_than, older_than=older_than)
    failures = count_failures(client.id)
    endpoints, causes = ({getattr(failure, name) for failure in failures} for name in ("endpoint", "cause"))
    return show_app(
        "developer/activity.html",
        client,
        groups=[(name, text, _address(client, Wanted(name))) for name, text in GROUPS.items()],
        wanted=wanted,
        endpoints=[(name, name) for name in ENDPOINTS if name in endpoints or name == wanted.endpoint],
        causes=[(name, text) for name, text in CAUSES.items() if name in causes or name == wanted.cause],
        days=[
            {"at": day * DAY, "entries": [_view(event, client) for event in events]}
            for day, events in groupby(found.events, lambda event: event.at // DAY)
        ],
        newest_url=_address(client, wanted) if newer_than or older_than else None,
        newer_url=_address(client, wanted, newer_than=found.newer),
        older_url=_address(client, wanted, older_than=found.older),
    )


def _wanted() -> Wanted:
    group, endpoint, cause = (request.args.get(name, "") for name in ("group", "endpoint", "cause"))
    endpoint, cause = endpoint if endpoint in ENDPOINTS else "", cause if cause in CAUSES else ""
    if endpoint or cause:  # only failed calls have them
        return Wanted("failures", endpoint, cause)
    return Wanted(group if group in GROUPS else "")


def _position(name: str) -> Position | None:
    found = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,19})", request.args.get(name, ""), re.ASCII)
    return (int(found[1]), int(found[2])) if found and int(found[2]) < 2**63 else None


def _address(client: Client, wanted: Wanted, **positions: Position | None) -> str | None:
    """Where the page with this filter and position is; None for a position that is not there."""
    values: dict[str, Any] = {name: f"{position[0]}.{position[1]}" for name, position in positions.items() if position}
    if len(values) < len(positions):
        return None
    values |= {name: value for name, value in vars(wanted).items() if value}
    return url_for("developer.activity", client_id=client.client_id, **values)


def _view(event: Event, client: Client) -> dict[str, object]:
    failed = event.kind == FAILURE
    title = CAUSES.get(event.cause, event.cause) if failed else KINDS.get(event.kind, event.kind)
    reused = event.cause in REUSES
    return {
        "title": title,
        "icon": "triangle-alert" if reused else "circle-alert" if failed else _ICONS.get(event.kind, "pencil"),
        "look": "reuse" if reused else "failure" if failed else "edit",
        "at": event.at,
        "text": event.text,
        "actor": event.actor,
        "endpoint": event.endpoint,
        "count": event.count,
        "origin": event.origin,
        "reference": event.reference,
        "reuse": _REUSE.get(event.cause),
        "redirect": _compare(event.sent, client) if event.sent else None,
    }


def _compare(sent: str, client: Client) -> dict[str, object]:
    """The sent redirect URI beside the registered one that is closest, and whether it can be added."""
    registered = tuple(row.uri for row in client.redirect_uris)
    shown = "".join(c if can_be_seen(c) else c.encode("unicode_escape").decode() for c in sent)
    if any(matches(sent, uri) for uri in registered):
        return {"sent": shown, "by_now": True}
    near, fault, address = closest(sent, registered), _fault_of_sent(sent), None
    # The page that adds it names the host first: the request may have been a stranger's.
    if not fault:
        address = url_for("developer.confirm_redirect_uri", client_id=client.client_id, uri=sent)
    return {"sent": shown, "comparison": compare(shown, near) if near else None, "fault": fault, "add_url": address}


def _fault_of_sent(sent: str) -> str | None:
    if len(sent) >= MOST_CHARACTERS:
        return "It is too long, and only its beginning was kept."
    return fault_of(sent)
