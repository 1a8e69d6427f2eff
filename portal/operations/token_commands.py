"""Tokens for operators: `flask --app app tokens …`. They come in authorizations: a code, then the tokens from it.

A token is never an argument: process lists and the history of shells would keep it.
"""

import json
import sys

import click
from flask.cli import AppGroup
from sqlalchemy import ColumnElement, func, select

from portal.foundation import clock
from portal.foundation.audit import OPERATOR
from portal.foundation.database import reading
from portal.oauth import operator_endings
from portal.oauth.client_endings import count_reach, is_live
from portal.oauth.connected_clients import get_connected, list_connected
from portal.oauth.consents import remove_consent
from portal.oauth.models import Authorization, Client, users
from portal.operations.named import find_app, find_user, unknown_app
from portal.operations.terminal import Column, ask, count, table

tokens = AppGroup("tokens", help="The authorizations that codes and tokens belong to.")
_USER = click.option("--user", "email", metavar="EMAIL", help="Only this person's.")
_APP = click.option("--app", "client_id", metavar="CLIENT_ID", help="Only this app's.")
_MOST_BYTES = 10_000_000


@tokens.command("count", short_help="Count authorizations by app.")
@_USER
@_APP
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many apps.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def count_tokens(email: str | None, client_id: str | None, limit: int, as_json: bool) -> None:
    """Count authorizations by app: live ones, of which a code or token works; expired and revoked ones."""
    ended = Authorization.revoked_at.is_not(None) | (Authorization.credentials_version != users.c.credentials_version)
    live = ~ended & is_live(clock.now())
    counts = [func.count().filter(which) for which in (live, ~ended & ~live, ended)]
    query = (
        select(Client.client_id, Client.name, *counts)
        .join(Client, Client.id == Authorization.client_id)
        .join(users, users.c.id == Authorization.user_id)
        .where(*_conditions(email, client_id))
        .group_by(Client.id, Client.client_id, Client.name)
        .order_by(counts[0].desc(), Client.client_id)
    )
    with reading() as session:
        rows = [tuple(row) for row in session.execute(query)]
    sums = [sum(row[place] for row in rows) for place in (2, 3, 4)]
    if as_json:
        names = ("client_id", "name", "live", "expired", "revoked")
        listed = [dict(zip(names, row, strict=True)) for row in rows[:limit]]
        click.echo(json.dumps({"apps": listed, **dict(zip(names[2:], sums, strict=True))}, indent=2))
        return
    columns = [Column(heading, is_number=True) for heading in ("LIVE", "EXPIRED", "REVOKED")]
    lines = [(*row[2:], row[1], row[0]) for row in rows[:limit]]
    all_of_them = (*sums, "", f"all {count(len(rows), 'app')}")
    click.echo("\n".join(table([*columns, Column("NAME", 16), Column("CLIENT ID")], [*lines, all_of_them])))


def _conditions(email: str | None, client_id: str | None) -> list[ColumnElement[bool]]:
    conditions = []
    if email:
        conditions.append(Authorization.user_id == find_user(email).id)
    if client_id:
        conditions.append(Authorization.client_id == find_app(client_id).id)
    return conditions


@tokens.command("revoke", short_help="End them for good, with every code and token.")
@_USER
@_APP
@click.option("--leaked", is_flag=True, help="Those that stand in the text on standard input, such as a log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(email: str | None, client_id: str | None, leaked: bool, yes: bool) -> None:
    """End authorizations for good, with every code and token: an app's, a person's, those of both, or leaked ones.

    People are asked by an app anew when they use it again; after --leaked only the app's session has ended.
    """
    if leaked == bool(email or client_id):
        raise click.UsageError("say whose: --user EMAIL, --app CLIENT_ID, both, or --leaked alone.")
    if leaked:
        _revoke_leaked(yes=yes)
    elif email:
        _revoke_of_user(email, client_id, yes=yes)
    elif client_id:
        _revoke_of_app(client_id, yes=yes)


def _revoke_of_app(client_id: str, *, yes: bool) -> None:
    client = find_app(client_id)
    ask(f"{count_reach(client.id)} of {client_id} lose their access for good.", yes=yes)
    try:
        reach = operator_endings.revoke_client_access(client_id)
    except LookupError:
        raise unknown_app(client_id) from None
    click.echo(f"{reach} ended.")


def _revoke_of_user(email: str, client_id: str | None, *, yes: bool) -> None:
    user = find_user(email)
    try:
        found = [get_connected(user.id, find_app(client_id).id)] if client_id else list_connected(user.id)
    except LookupError:
        found = []
    live = count(sum(app.sessions for app in found), "live authorization")
    ask(f"What {user.email} allowed ends for good: {count(len(found), 'app')}, {live}.", yes=yes)
    ended = sum(remove_consent(user.id, app.key, actor=OPERATOR) for app in found)
    click.echo(f"Access ended: {count(ended, 'app')}.")


def _revoke_leaked(*, yes: bool) -> None:
    typed = sys.stdin.isatty()
    text = click.prompt("Token (not shown)", hide_input=True) if typed else _read_text()
    found = operator_endings.find_leaked(text)
    if not found:
        raise click.ClickException(
            "there is no code or token of ours in that text, or the database does not know it (any more). "
            "A client secret is another thing: its developer rotates it, or `apps suspend` stops the app."
        )
    for one in found:
        kinds = " and ".join(sorted(kind.replace("_", " ") for kind in one.kinds))
        stale = "" if one.is_latest else ", replaced since or made up"
        state = f"ended before: {one.closed}" if one.closed else "works" if one.is_latest else "its successors work"
        click.echo(f"{kinds}{stale}, of user #{one.user_id} with {one.client_id}: {state}")
    if not yes and not typed:
        raise click.UsageError("standard input is the text, so nobody can be asked: give --yes to end them.")
    ask(f"For good ends: {count(len(found), 'authorization')}.", yes=yes)
    click.echo(f"Ended: {count(operator_endings.end_leaked(found), 'authorization')}.")


def _read_text() -> str:
    """Standard input, all of it or nothing: who is told that there is no token in it believes that."""
    text = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(text) > _MOST_BYTES:
        raise click.ClickException(
            f"the text has more than {_MOST_BYTES:,} bytes; give the lines with tokens alone: grep --text cf_ FILE"
        )
    return text.decode("ascii", errors="replace")  # logs hold anything, and tokens nothing else
