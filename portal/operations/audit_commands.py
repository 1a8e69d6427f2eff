"""The security log for operators: `flask --app app audit …`."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

import click
from flask.cli import AppGroup
from sqlalchemy import ColumnElement, SQLColumnExpression, select

from portal.accounts.models import User
from portal.foundation import audit, clock
from portal.foundation.audit import KINDS, SecurityEvent
from portal.foundation.database import reading
from portal.oauth.models import Client
from portal.operations.named import number_in
from portal.operations.purge import report
from portal.operations.terminal import harmless

audit_log = AppGroup("audit", help="The security log.")


@audit_log.command("purge", short_help="Shorten old addresses, and delete old events.")
def purge() -> None:
    """Shorten addresses that are 30 days old, and delete events older than AUDIT_DAYS; the worker does both too."""
    report(audit.list_dead())


@audit_log.command("list", short_help="Print what happened, the latest first.")
@click.option("--user", "email", help="Only what concerns the account with this email address.")
@click.option("--app", "client_id", help="Only what concerns the app with this client ID.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="Only this kind.", metavar="KIND")
@click.option("--days", type=click.IntRange(1), help="Only the last so many days.")
@click.option("--limit", "most", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_events(
    email: str | None, client_id: str | None, kind: str | None, days: int | None, most: int, as_json: bool
) -> None:
    """Print what happened, the latest first: when, what, to whose account, by which app, from where.

    The number of an account or app that is deleted stays: it is written with a # where there is no name for it.
    """
    conditions: list[ColumnElement[bool]] = []
    if email:
        conditions.append(SecurityEvent.user_id == _user_key(email))
    if client_id:
        conditions.append(SecurityEvent.client_id == _client_key(client_id))
    if kind:
        conditions.append(SecurityEvent.kind == kind)
    if days:
        conditions.append(SecurityEvent.at >= clock.now() - days * audit.DAY)
    found = audit.list_events(*conditions, most=most)
    entries = _describe(found.events)
    if as_json:
        click.echo(json.dumps(entries, indent=2))
        return
    for entry in entries:
        click.echo(_line(entry))
    if found.older:
        click.echo(f"There are older ones: --limit prints more than {most}.", err=True)


def _user_key(email: str) -> int:
    with reading() as session:
        key = number_in(email) or session.scalar(select(User.id).where(User.email == email.strip().lower()))
    if key is None:
        raise click.BadParameter(f"there is no account with the email address {email}", param_hint="--user")
    return key


def _client_key(client_id: str) -> int:
    with reading() as session:
        key = number_in(client_id) or session.scalar(select(Client.id).where(Client.client_id == client_id))
    if key is None:
        raise click.BadParameter(f"there is no app with the client ID {client_id}", param_hint="--app")
    return key


def _describe(events: Iterable[SecurityEvent]) -> list[dict[str, str]]:
    events = list(events)
    emails = _names(User.id, User.email, {event.user_id for event in events})
    client_ids = _names(Client.id, Client.client_id, {event.client_id for event in events})
    return [
        {
            "at": datetime.fromtimestamp(event.at, UTC).isoformat().replace("+00:00", "Z"),
            "kind": event.kind,
            "user": _name(emails, event.user_id),
            "app": event.app,
            "client_id": _name(client_ids, event.client_id),
            "actor": event.actor,
            "text": event.text,
            "address": event.address,
            "network": event.network,
            "agent": event.agent,
            "reference": event.reference,
        }
        for event in events
    ]


def _names(key: SQLColumnExpression[int], name: SQLColumnExpression[str], keys: set[int | None]) -> dict[int, str]:
    wanted, found = sorted(number for number in keys if number is not None), dict[int, str]()
    with reading() as session:
        for start in range(0, len(wanted), 500):  # as many parameters as any database takes
            query = select(key, name).where(key.in_(wanted[start : start + 500]))
            found |= {row[0]: row[1] for row in session.execute(query)}
    return found


def _name(names: dict[int, str], key: int | None) -> str:
    return "" if key is None else names.get(key, f"#{key}")


def _line(entry: dict[str, str]) -> str:
    """One event on one line. Names and agents are strangers' words: nothing in them steers the terminal."""
    words = [entry["at"], KINDS.get(entry["kind"], entry["kind"])]
    if entry["user"]:
        words.append(entry["user"])
    if entry["client_id"]:
        words.append(f"app “{entry['app']}” {entry['client_id']}")
    if entry["actor"]:
        words.append(f"by {entry['actor']}")
    if entry["text"]:
        words.append(entry["text"])
    if place := entry["address"] or entry["network"]:
        words.append(f"from {place}")
    words += [entry["agent"]] if entry["agent"] else []
    words += [f"reference {entry['reference']}"] if entry["reference"] else []
    return harmless(" · ".join(words))
