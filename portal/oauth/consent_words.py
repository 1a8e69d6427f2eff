"""A consent in words: permissions grouped as View, Change and Run, what stays out of reach, how long, and where to.

The consent screen and the previews of it say the same because both take it from here.
"""

from urllib.parse import urlsplit

from portal.oauth.scopes import GROUPS, SCOPES

_DAY, _YEAR = 86400, 365 * 86400


def group_scopes(
    asked: frozenset[str], allowed: frozenset[str], optional: frozenset[str] = frozenset()
) -> list[dict[str, object]]:
    """The groups that have a permission in `asked`; those not in `allowed` are marked new if any was allowed before.

    Args:
        optional: scopes that the user may leave out.
    """
    groups: list[dict[str, object]] = []
    for group in GROUPS:
        scopes = [
            {
                "name": scope.name,
                "sentence": scope.sentence,
                "risk": scope.risk,
                "optional": scope.name in optional,
                "new": bool(allowed) and scope.name not in allowed,
            }
            for scope in SCOPES.values()
            if scope.group == group and scope.name in asked
        ]
        if scopes:
            groups.append({"title": group, "scopes": sorted(scopes, key=lambda scope: not scope["new"])})
    return groups


def describe_rest(asked: frozenset[str]) -> str:
    """What the app cannot do, in one line."""
    changes = any(SCOPES[name].group == "Change" for name in asked)
    runs = any(SCOPES[name].group == "Run" for name in asked)
    beyond = "see your password or anything that is not listed here"
    if not changes and not runs:
        return f"It cannot change, delete or run anything, and cannot {beyond}."
    if not changes:
        return f"It cannot change or delete anything, and cannot {beyond}."
    return f"It cannot {beyond}." if runs else f"It cannot run anything, and cannot {beyond}."


def describe_lifetime(seconds: int) -> str:
    """How long access lasts: `seconds` is the cap of a grant."""
    for size, unit in ((_YEAR, "year"), (_DAY, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"until you remove it, at most {count} {unit}{'s' if count > 1 else ''}"
    return "until you remove it, at most a minute"


def describe_destination(redirect_uri: str) -> str:
    """Where people will be sent: the host, or for a private-use scheme (RFC 8252 §7.1) that it is an app.

    Raises:
        ValueError: it cannot be read.
    """
    target = urlsplit(redirect_uri)
    return target.netloc if target.scheme in {"http", "https"} else f"{target.scheme}: (an app on this device)"
