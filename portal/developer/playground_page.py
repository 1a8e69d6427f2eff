"""The playground's page: seven steps, each with what it asks for, its code, and what went over the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from flask import url_for

from portal.config import current_settings
from portal.developer import playground_words as words
from portal.developer.own_apps import show_app
from portal.developer.playground_calls import Wire
from portal.developer.playground_progress import Progress
from portal.developer.playground_request import PARAMETERS, PROMPTS
from portal.developer.playground_steps import OPERATIONS, STEPS, WITH_SECRET, Choices, call_of, default_operation
from portal.developer.snippets import authorization_snippets, snippets_of
from portal.foundation.highlighting import highlight
from portal.oauth.models import Client
from portal.oauth.scopes import SCOPES


@dataclass(frozen=True)
class Shown:
    """What the page is to show."""

    progress: Progress
    latest: str = ""
    """The step that was taken last, or that could not be taken."""
    choices: Choices = field(default_factory=Choices)
    returned: Mapping[str, str] = field(default_factory=dict)
    """What came back to the redirect URI, if that is what the page answers."""
    fault: str = ""
    """What is wrong with what was filled in."""


def show_playground(client: Client, shown: Shown) -> str:
    """Render the page."""
    progress = shown.progress
    attempt = progress.attempt
    allowed, asked = client.scope.split(), attempt.scope.split()
    return show_app(
        "developer/playground.html",
        client,
        tab="developer.playground",
        problem=shown.fault or None,
        latest=shown.latest,
        progress=progress.sealed,
        state=attempt.state,
        url=attempt.call.endpoint,
        parameters=_parameters(progress),
        scopes=[{"scope": SCOPES[name], "asked": name in asked} for name in SCOPES if name in allowed],
        prompts=PROMPTS,
        prompt=attempt.prompt,
        authorize_snippets=authorization_snippets(attempt.template),
        authorize_wire=_wire("authorize", progress),
        returned=_returned(shown.returned),
        failure=words.ERRORS.get(shown.returned.get("error", "")),
        has_code=bool(progress.code),
        steps=[_step(name, client, shown) for name in STEPS],
        again_url=url_for(
            "developer.playground_start", client_id=client.client_id, scope=asked, prompt=attempt.prompt or None
        ),
    )


def _parameters(progress: Progress) -> list[dict[str, str]]:
    """Each parameter of the request, in the order of the URL; also the one that may be left out."""
    sent = dict(progress.attempt.call.query)
    return [
        {"name": name, "value": sent.get(name, ""), "encoded": quote_plus(sent.get(name, ""), safe=":/"), "text": text}
        for name, text in PARAMETERS.items()
    ]


def _returned(returned: Mapping[str, str]) -> list[dict[str, str]]:
    lifetime = current_settings().code_seconds
    return [
        {"name": name, "value": returned[name], "text": text.format(code_seconds=lifetime)}
        for name, text in words.RETURNED.items()
        if name in returned
    ]


def _step(name: str, client: Client, shown: Shown) -> dict[str, Any]:
    progress = shown.progress
    reached = bool(progress.code) if name == "exchange" else bool(progress.access_token)
    choices = shown.choices if shown.latest == name else Choices()
    return {
        "name": name,
        "words": words.STEPS[name],
        "reached": reached,
        "spent": name == "exchange" and bool(progress.access_token),
        "latest": shown.latest == name,
        "fault": shown.fault if shown.latest == name else "",
        "needs_secret": name in WITH_SECRET and client.type == "confidential",
        "operations": _operations(progress, choices) if name == "call" else [],
        "token": (choices.token or ("access_token" if name == "introspect" else "refresh_token"))
        if name in {"introspect", "revoke"}
        else "",
        "wire": _wire(name, progress),
        "snippets": snippets_of(call_of(name, client, progress, choices)) if reached else [],
    }


def _operations(progress: Progress, choices: Choices) -> list[dict[str, Any]]:
    chosen, granted = choices.operation or default_operation(progress), progress.scope.split()
    return [
        {"name": name, "operation": operation, "chosen": name == chosen, "granted": operation.scope in granted}
        for name, operation in OPERATIONS.items()
    ]


def _wire(step: str, progress: Progress) -> dict[str, Any] | None:
    wire = progress.wires.get(step)
    if wire is None:
        return None
    answer = _object(wire)
    return {
        "wire": wire,
        "pairs": wire.request_body.split("&") if _is_form(wire) else [],
        "body": highlight(wire.response_body, "json") if answer else wire.response_body,
        "indented": bool(answer),
        "error": answer.get("error"),
        "meanings": words.meanings(step, answer),
        "cure": words.CURES.get(str(answer.get("error", ""))) or (words.REVOKED if step == "revoke" else None),
    }


def _is_form(wire: Wire) -> bool:
    return "application/x-www-form-urlencoded" in [value for _, value in wire.request_headers]


def _object(wire: Wire) -> dict[str, Any]:
    try:
        found = json.loads(wire.response_body)
    except ValueError:  # cut, or none
        return {}
    return found if isinstance(found, dict) else {}
