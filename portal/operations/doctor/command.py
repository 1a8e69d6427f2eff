"""`flask doctor`: the list of checks, and their report."""

import json
import sys
from collections import Counter
from dataclasses import asdict

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal.operations.doctor.address_checks import look_at_proxies, look_at_tls
from portal.operations.doctor.database_checks import (
    NO_SCHEMA,
    look_at_clock,
    look_at_database,
    look_at_migrations,
    look_at_worker,
)
from portal.operations.doctor.findings import Check, Finding, carry_out, warning
from portal.operations.doctor.machine_checks import look_at_disk, look_at_permissions
from portal.operations.doctor.service_checks import look_at_letters, look_at_mail, look_at_redis
from portal.operations.doctor.settings_checks import look_at_settings
from portal.operations.terminal import count

CHECKS = (
    Check("settings", look_at_settings),
    Check("database", look_at_database),
    Check("migrations", look_at_migrations, needs_database=True),
    Check("clock", look_at_clock, needs_database=True),
    Check("worker", look_at_worker, needs_database=True, needs_tables=True),
    Check("mail", look_at_mail),
    Check("outbox", look_at_letters, needs_database=True, needs_tables=True),
    Check("redis", look_at_redis),
    Check("tls", look_at_tls),
    Check("proxies", look_at_proxies),
    Check("disk", look_at_disk),
    Check("permissions", look_at_permissions),
)
_COLORS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command("doctor", short_help="Say what is wrong with settings or surroundings, and the cure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at settings, database, mail, proxies and whatever else the portal needs; say what is wrong, and the cure.

    Changes nothing and sends no letter. Ends with 1 if there is a problem, and with 0 if there are only warnings.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    report: list[tuple[str, Finding]] = []
    for check in CHECKS:
        if sys.stderr.isatty():
            click.echo(f"{check.topic} …\r", err=True, nl=False)
        for finding in _findings(check, app, report):
            report.append((check.topic, finding))
            if not as_json:
                _tell(check.topic, finding)
    counts = Counter[str](finding.state for _, finding in report)
    if as_json:
        findings = [{"topic": topic, **asdict(finding)} for topic, finding in report]
        click.echo(json.dumps({"findings": findings, **{state: counts[state] for state in _COLORS}}, indent=2))
    else:
        click.echo(f"\n{count(counts['problem'], 'problem')}, {count(counts['warning'], 'warning')}, {counts['ok']} ok")
    if counts["problem"]:
        raise click.exceptions.Exit(1)


def _findings(check: Check, app: Flask, report: list[tuple[str, Finding]]) -> list[Finding]:
    is_away = any(topic == "database" and finding.text.startswith(_AWAY) for topic, finding in report)
    if check.needs_database and is_away:
        return [warning("not looked at: the database does not answer", "see to the database first, and look again")]
    if check.needs_tables and any(finding.text.startswith(NO_SCHEMA) for _, finding in report):
        return [warning("not looked at: the database has no tables yet", "see to the migrations first, and look again")]
    return carry_out(check, app)


_AWAY = ("it does not answer", "no answer")


def _tell(topic: str, finding: Finding) -> None:
    state = click.style(f"{finding.state:<8}", fg=_COLORS[finding.state])
    click.echo(f"{state} {topic:<12} {finding.text}")
    if finding.cure:
        click.echo(f"{'':<21} → {finding.cure}")
