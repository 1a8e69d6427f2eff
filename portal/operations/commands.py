"""The demonstration, and rows to measure with: `flask --app app demo` and `bench-seed`."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.foundation import migrations
from portal.oauth.redirect_uris import fault_of
from portal.operations import demo as demonstration
from portal.operations.bench_seed import seed


def _check_redirect_uris(
    _context: click.Context, _parameter: click.Parameter, uris: tuple[str, ...]
) -> tuple[str, ...]:
    for uri in uris:
        if fault := fault_of(uri):
            raise click.BadParameter(f"{uri}: {fault}")
    return uris


@click.command("demo", short_help="Make or find demo accounts and apps, and print them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, callback=_check_redirect_uris, help="Register it too.")
@click.option("--remove", is_flag=True, help="Remove the demo accounts and all that is theirs.")
@with_appcontext
def demo(as_json: bool, redirect_uris: tuple[str, ...], remove: bool) -> None:
    """Make (or find) the demo accounts and apps, and print what a client needs to use them."""
    migrations.migrate(current_app)
    if remove:
        click.echo(f"Removed {demonstration.remove_demo()} demo accounts.")
        return
    demonstration.refuse_in_production()
    made = demonstration.make_demo(redirect_uris)
    if as_json:
        click.echo(json.dumps(demonstration.as_json(made)))
        return
    click.echo(f"Sign in as {made.user['email']} with the password {made.user['password']}")
    for kind, client in made.clients.items():
        click.echo(f"{kind} client: " + ", ".join(f"{name}={value}" for name, value in client.items()))


@click.command("bench-seed", short_help="Make rows to measure the server with.")
@click.option("--codes", default=0, help="Authorization codes.")
@click.option("--refresh", default=0, help="Refresh tokens.")
@click.option("--access", default=0, help="Access tokens.")
@click.option("--revoke", default=0, help="Access tokens to revoke.")
@click.option("--fill", default=0, help="Token families that nobody will use.")
@with_appcontext
def bench_seed(codes: int, refresh: int, access: int, revoke: int, fill: int) -> None:
    """Make rows to measure the server with, and print one JSON document that says how to use them."""
    migrations.migrate(current_app)
    demonstration.refuse_in_production()
    click.echo(json.dumps(seed(codes=codes, refresh=refresh, access=access, revoke=revoke, fill=fill)))
