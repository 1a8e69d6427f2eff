"""Developers' apps for operators: `flask --app app apps …`. What is done to one stands in its Activity."""

import json

import click
from flask.cli import AppGroup
from sqlalchemy import func, or_, select

from portal.accounts.models import User
from portal.foundation.database import reading
from portal.oauth import operator_endings
from portal.oauth.client_endings import count_reach
from portal.oauth.client_verification import verify_client
from portal.oauth.models import Client, Consent, RedirectUri
from portal.operations.named import find_app, find_user, unknown_app
from portal.operations.terminal import Column, ask, harmless, moment, table

apps = AppGroup("apps", help="Developers' apps.")
_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_USERS = select(func.count()).where(Consent.client_id == Client.id).scalar_subquery()
_STATES = {"active": Client.suspended_at.is_(None), "suspended": Client.suspended_at.is_not(None)}
_MOST_REASON = 500


@apps.command("list")
@click.option("--search", default="", help="Only those with this in their name, client ID or homepage.")
@click.option("--owner", metavar="EMAIL", help="Only this developer's.")
@click.option("--state", type=click.Choice(list(_STATES)), help="Only those that are so.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many.")
@_JSON
def list_apps(search: str, owner: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """Print apps, the latest first."""
    query = select(Client, _USERS, User.email).outerjoin(User, User.id == Client.owner_id)
    if search:
        texts = (Client.name, Client.client_id, Client.homepage_uri)
        query = query.where(or_(*(text.icontains(search, autoescape=True) for text in texts)))
    if owner:
        query = query.where(Client.owner_id == find_user(owner).id)
    if state:
        query = query.where(_STATES[state])
    with reading() as session:
        found = session.execute(query.order_by(Client.created_at.desc(), Client.id).limit(limit + 1)).all()
    shown = found[:limit]
    if as_json:
        click.echo(json.dumps([_facts(client, users, email) for client, users, email in shown], indent=2))
        return
    columns = (Column("STATE"), Column("USERS", is_number=True), Column("NAME", 24), Column("CLIENT ID"))
    rows = [(_state(client), users, client.name, client.client_id) for client, users, _ in shown]
    click.echo("\n".join(table(columns, rows)))
    if len(found) > limit:
        click.echo(f"There are more: --limit prints more than {limit}.", err=True)


def _state(client: Client) -> str:
    if client.suspended_at is not None:
        return "suspended"
    return "verified" if client.verified_at is not None else "active"


def _facts(client: Client, users: int, owner: str | None) -> dict[str, object]:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "owner": owner,
        "came_by": client.origin,
        "type": client.type,
        "homepage": client.homepage_uri,
        "scope": client.scope,
        "users": users,
        "created_at": client.created_at,
        "verified_at": client.verified_at,
        "suspended_at": client.suspended_at,
        "suspension_reason": client.suspension_reason,
    }


@apps.command("show")
@click.argument("client_id")
@_JSON
def show(client_id: str, as_json: bool) -> None:
    """Print what there is of the app CLIENT_ID."""
    client = find_app(client_id)
    reach = count_reach(client.id)
    addresses = select(RedirectUri.uri).where(RedirectUri.client_id == client.id).order_by(RedirectUri.position)
    with reading() as session:
        owner = session.scalar(select(User.email).where(User.id == client.owner_id))
        redirect_uris = list(session.scalars(addresses))
    facts = _facts(client, reach.users, owner) | {"live_authorizations": reach.authorizations}
    if as_json:
        click.echo(json.dumps(facts | {"redirect_uris": redirect_uris}, indent=2))
        return
    facts |= {name: moment(getattr(client, name)) for name in ("created_at", "verified_at", "suspended_at")}
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):<20} {harmless(str(value or '–'))}")
    for uri in redirect_uris:
        click.echo(f"{'redirect URI':<20} {harmless(uri)}")


@apps.command("verify", short_help="Tell users that the maker is who they say.")
@click.argument("client_id")
@click.option("--withdraw", is_flag=True, help="Take it back.")
def verify(client_id: str, withdraw: bool) -> None:
    """Tell users, on the consent screen, that the maker of CLIENT_ID is who they say."""
    try:
        name = verify_client(client_id, verified=not withdraw)
    except LookupError:
        raise unknown_app(client_id) from None
    click.echo(f"{harmless(name)} ({client_id}) is {'no longer ' if withdraw else ''}verified.")


def _check_reason(_context: click.Context, _parameter: click.Parameter, reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > _MOST_REASON:
        raise click.BadParameter(f"it has {len(reason)} characters; give 1 to {_MOST_REASON}")
    return reason


@apps.command("suspend", short_help="Refuse all its codes and tokens for now.")
@click.argument("client_id")
@click.option(
    "--reason",
    prompt="Why, and whom to write to when it is put right (its developer reads this)",
    callback=_check_reason,
    help="What its developer reads: why, and whom to write to when it is put right.",
)
@_YES
def suspend(client_id: str, reason: str, yes: bool) -> None:
    """Refuse all codes and tokens of CLIENT_ID, until `apps resume`; its developer reads why, and cannot resume it."""
    client = find_app(client_id)
    ask(f"{_called(client)} is suspended: {count_reach(client.id)} stop working, until it is resumed.", yes=yes)
    try:
        reach = operator_endings.suspend_client(client_id, reason)
    except LookupError:
        raise unknown_app(client_id) from None
    click.echo(f"{_called(client)} is suspended." if reach else f"{_called(client)} was suspended already.")


@apps.command("resume", short_help="Let it work again.")
@click.argument("client_id")
@_YES
def resume(client_id: str, yes: bool) -> None:
    """Let CLIENT_ID work again; tokens that have not expired meanwhile are good as before."""
    client = find_app(client_id)
    by_owner = client.suspended_at is not None and client.suspension_reason is None
    ask(
        f"{_called(client)} is resumed: {count_reach(client.id)} work again."
        + (" It was suspended by its own developer." if by_owner else ""),
        yes=yes or not by_owner,
    )
    try:
        reach = operator_endings.resume_client(client_id)
    except LookupError:
        raise unknown_app(client_id) from None
    click.echo(f"{_called(client)} works again." if reach else f"{_called(client)} was not suspended.")


@apps.command("delete", short_help="Delete it, with every user's access.")
@click.argument("client_id")
@_YES
def delete(client_id: str, yes: bool) -> None:
    """Delete CLIENT_ID with its secrets, redirect URIs, activity and every user's access, for good."""
    client = find_app(client_id)
    ask(f"{_called(client)} is deleted for good: {count_reach(client.id)} end with it.", yes=yes)
    try:
        operator_endings.delete_client(client_id)
    except LookupError:
        raise unknown_app(client_id) from None
    click.echo(f"{_called(client)} is deleted.")


def _called(client: Client) -> str:
    return f"{harmless(client.name)} ({client.client_id})"
