"""Facts that the server itself goes by, as Markdown tables: whatever it serves or reads is in them, by itself."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.config import Settings
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.scopes import SCOPES

_ENDPOINT_PURPOSES = {
    "authorization": "Authorization endpoint (user consent)",
    "token": "Exchange code for tokens",
    "revocation": "Revoke a token",
    "introspection": "Inspect token validity",
}


_METHODS = ("get", "post", "patch", "put", "delete")


def table(name: str, openapi: Mapping[str, Any]) -> str:
    """One of the tables: `endpoints`, `scopes`, `operations` (what each scope opens) or `settings`.

    Args:
        openapi: the description of the endpoints.
    """
    if name == "endpoints":
        return _rows("Endpoint", "Purpose", ((path, _ENDPOINT_PURPOSES[key]) for key, path in ENDPOINTS.items()))
    if name == "scopes":
        return _rows("Scope", "What it allows", ((scope.name, scope.sentence) for scope in SCOPES.values()))
    if name == "operations":
        return "\n".join(["| Scope | Operations |", "| --- | --- |", *map(_opened(openapi), SCOPES)])
    if name == "settings":
        return "\n\n".join(_setting(name) for name in Settings.model_fields)
    raise LookupError(name)


def _opened(openapi: Mapping[str, Any]) -> Callable[[str], str]:
    """What writes the row of a scope: each operation that it opens, reading first."""
    opened: dict[str, list[str]] = {name: [] for name in SCOPES}
    for method in _METHODS:
        for path, operations in sorted(openapi["paths"].items()):
            for requirement in operations.get(method, {}).get("security", []):
                for scope in requirement.get("oauth2", []):
                    opened[scope].append(f"`{method.upper()} {re.sub('{[^}]*}', '{id}', path)}`")
    return lambda scope: f"| `{scope}` | {', '.join(opened[scope])} |"


def figures(settings: Settings) -> dict[str, str]:
    """Durations in words, and limits, by the names that prose calls them by."""
    limits = (
        "api_requests_per_minute executions_per_minute most_waiting_runs runs_at_once most_context_bytes most_contexts "
        "most_tasks most_runs run_days"
    )
    return {
        **{name: f"{getattr(settings, name):,}" for name in limits.split()},
        "access_token_lifetime": in_words(settings.access_token_seconds),
        "refresh_token_lifetime": in_words(settings.refresh_token_seconds),
        "refresh_retry": in_words(settings.refresh_retry_seconds),
        "grant_lifetime": in_words(settings.grant_seconds),
        "code_lifetime": in_words(settings.code_seconds),
    }


def in_words(seconds: int) -> str:
    """A duration in the largest unit that says it exactly: 3600 is "1 hour"."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _rows(first: str, second: str, rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join([f"| {first} | {second} |", "| --- | --- |", *(f"| `{code}` | {words} |" for code, words in rows)])


def _setting(name: str) -> str:
    """A setting as a section, so that search and links lead to it."""
    field = Settings.model_fields[name]
    default = field.get_default()
    shown = {True: "on", False: "off"}[default] if isinstance(default, bool) else str(default)
    words = f" ({in_words(int(shown))})" if name.endswith("_seconds") else ""
    usual = f" Default: `{shown}`{words}." if shown else ""
    return f"### {name.upper()}\n\n{' '.join((field.description or '').split())}{usual}"
