"""Accounts for operators: `flask --app app users …`. What is done to one stands in its security log."""

import json

import click
from flask.cli import AppGroup
from sqlalchemy import func, or_, select

from portal.accounts.account_deletion import delete_account
from portal.accounts.account_disabling import disable_account, enable_account
from portal.accounts.models import User, UserSession
from portal.accounts.sessions import end_sessions
from portal.foundation import clock
from portal.foundation.audit import OPERATOR
from portal.foundation.database import reading
from portal.oauth.client_endings import is_live
from portal.oauth.models import Authorization, Client, Consent
from portal.operations.named import find_user
from portal.operations.terminal import Column, ask, count, harmless, moment, table

users = AppGroup("users", help="People's accounts.")
_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_APPS = select(func.count()).where(Client.owner_id == User.id).scalar_subquery()


@users.command("list")
@click.option("--search", default="", help="Only those with this in their name or email address.")
@click.option("--disabled", is_flag=True, help="Only those that are disabled.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many.")
@_JSON
def list_users(search: str, disabled: bool, limit: int, as_json: bool) -> None:
    """Print accounts, the latest first."""
    query = select(User, _APPS).order_by(User.created_at.desc(), User.id).limit(limit + 1)
    if search:
        query = query.where(or_(*(text.icontains(search, autoescape=True) for text in (User.name, User.email))))
    if disabled:
        query = query.where(User.disabled_at.is_not(None))
    with reading() as session:
        found = session.execute(query).all()
    shown = found[:limit]
    if as_json:
        click.echo(json.dumps([{**_facts(user), "apps": apps} for user, apps in shown], indent=2))
        return
    columns = (Column("CREATED"), Column("STATE"), Column("APPS", is_number=True), Column("NAME"), Column("EMAIL"))
    rows = [(moment(user.created_at), _state(user), apps, user.name, user.email) for user, apps in shown]
    click.echo("\n".join(table(columns, rows)))
    if len(found) > limit:
        click.echo(f"There are more: --limit prints more than {limit}.", err=True)


def _state(user: User) -> str:
    return "active" if user.disabled_at is None else "disabled"


def _facts(user: User) -> dict[str, object]:
    return {
        "number": f"#{user.id}",
        "email": user.email,
        "name": user.name,
        "created_at": user.created_at,
        "disabled_at": user.disabled_at,
    }


def _reach(user: User) -> dict[str, int]:
    """What there is of an account, by what it is called."""
    now = clock.now()
    live = (Authorization.user_id == user.id, Authorization.credentials_version == user.credentials_version)
    counts = {
        "sessions": select(func.count()).where(UserSession.user_id == user.id, UserSession.expires_at > now),
        "connected_apps": select(func.count()).where(Consent.user_id == user.id),
        "live_authorizations": select(func.count()).where(*live, is_live(now)),
        "own_apps": select(func.count()).where(Client.owner_id == user.id),
        "users_of_own_apps": select(func.count()).where(
            Consent.client_id.in_(select(Client.id).where(Client.owner_id == user.id))
        ),
    }
    with reading() as session:
        return {name: session.scalar(query) or 0 for name, query in counts.items()}


@users.command("show", short_help="Print what there is of one account.")
@click.argument("email")
@_JSON
def show(email: str, as_json: bool) -> None:
    """Print what there is of the account EMAIL (an address, or # and its number)."""
    user = find_user(email)
    facts = {**_facts(user), **_reach(user)}
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    facts |= {"created_at": moment(user.created_at), "disabled_at": moment(user.disabled_at)}
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):<20} {harmless(str(value))}")


@users.command("disable", short_help="Log somebody out and refuse their tokens.")
@click.argument("email")
@_YES
def disable(email: str, yes: bool) -> None:
    """Log EMAIL out and refuse every token of theirs, until `users enable`. Their own apps go on for other people."""
    user = find_user(email)
    reach = _reach(user)
    stops = f"{count(reach['sessions'], 'session')}, {count(reach['live_authorizations'], 'live authorization')}"
    own = f" What goes on: {count(reach['own_apps'], 'app')} of their own; see `apps suspend`."
    ask(f"{user.email} cannot log in any more. What stops: {stops}.{own if reach['own_apps'] else ''}", yes=yes)
    done = disable_account(user.id, actor=OPERATOR)
    click.echo(f"{user.email} is disabled." if done else f"{user.email} was disabled already.")


@users.command("enable", short_help="Let somebody log in again.")
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL log in again; tokens that have not expired meanwhile work as before."""
    user = find_user(email)
    done = enable_account(user.id, actor=OPERATOR)
    click.echo(f"{user.email} is enabled again." if done else f"{user.email} was not disabled.")


@users.command("sign-out")
@click.argument("email")
@_YES
def sign_out(email: str, yes: bool) -> None:
    """Log EMAIL out of every browser. Apps keep their access: `tokens revoke` ends that."""
    user = find_user(email)
    ask(f"{user.email} is logged out of {count(_reach(user)['sessions'], 'session')}.", yes=yes)
    end_sessions(user.id, actor=OPERATOR)
    click.echo(f"{user.email} is logged out everywhere.")


@users.command("delete", short_help="Delete an account with all that is theirs.")
@click.argument("email")
@_YES
def delete(email: str, yes: bool) -> None:
    """Delete EMAIL with everything that is theirs, their own apps too, for good; they get a letter."""
    user = find_user(email)
    reach = _reach(user)
    ask(
        f"{user.email} is deleted for good, with contexts, skills and tasks, the access of "
        f"{count(reach['connected_apps'], 'app')}, and {count(reach['own_apps'], 'app')} of their own "
        f"(used by {count(reach['users_of_own_apps'], 'account')}).",
        yes=yes,
    )
    delete_account(user.id, actor=OPERATOR)
    click.echo(f"{user.email} is deleted.")
