"""Developer → OAuth Apps: the list."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.developer.own_apps import summarize
from portal.foundation import clock
from portal.foundation.visible_text import can_be_seen
from portal.oauth.client_kinds import KINDS
from portal.oauth.client_listing import ListedClient, list_page
from portal.oauth.record_writing import DAY
from portal.oauth.recorder import current_recorder

blueprint = Blueprint("developer", __name__)
MOST_SEARCHED = 200
"""Characters."""


@blueprint.get("/developer")
def developer() -> ResponseReturnValue:
    """The section's front door."""
    return redirect(url_for("developer.apps"), 303)


@blueprint.get("/developer/oauth-apps")
@login_required
def apps() -> ResponseReturnValue:
    """The signed-in developer's apps: a page of those that were searched for, or of all."""
    current_recorder().write()
    search = "".join(filter(can_be_seen, request.args.get("q", "")))[:MOST_SEARCHED].strip()
    page = request.args.get("page", "")
    page_number = int(page) if re.fullmatch("[0-9]{1,9}", page) else 1
    listing = list_page(current_user.user_id, search=search, page=page_number)
    return render_template(
        "developer/apps.html",
        apps=[_describe(listed) for listed in listing.clients],
        search=search,
        owned=listing.owned,
        found=listing.found,
        page=listing.page,
        pages=listing.pages,
    )


_CAME_BY = {"registration": "Registered itself", "document": "Metadata document"}
"""How apps came here that no form registered (RFC 7591, client ID metadata documents)."""


def _describe(listed: ListedClient) -> dict[str, object]:
    client, day = listed.client, listed.last_active_day
    return summarize(client) | {
        "kind_label": KINDS[client.kind].label,
        "came_by": _CAME_BY.get(client.origin),
        "users": listed.users,
        "active_at": day * DAY if day is not None else None,
        "active_days_ago": clock.now() // DAY - day if day is not None else None,
        "retiring_at": listed.retiring_at,
        "failed_refreshes": listed.failed_refreshes if listed.failing else 0,
        "all_refreshes": listed.failed_refreshes + listed.refreshes,
    }
