"""`argo db`: the database's schema, and older databases."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def db() -> None:
    """Create, upgrade and unify databases."""


@db.command(epilog="Example:\n\n  argo db upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema; create it if there is none. Never loses a row."""
    import asyncio

    from argo_server.settings import load_settings
    from argo_server.wiring.records import upgrade_database

    report = asyncio.run(upgrade_database(load_settings()))
    click.echo(f"schema {report.before or 'none'} -> {report.after}")


@db.command(epilog="Example:\n\n  argo db unify old/signals.db older/signals.db")
@click.argument("old", nargs=-1, required=True, type=click.Path(path_type=Path))
def unify(old: tuple[Path, ...]) -> None:
    """Import databases of the earlier shape: hashes verified, kept and logged as one legacy entry per
    scheme; refused rows listed; safe to repeat."""
    import asyncio

    from argo_core.errors import ArgoError
    from argo_server.settings import load_settings
    from argo_server.wiring.records import log_imported, unify_databases

    settings, refused = load_settings(), 0
    for path, report in asyncio.run(unify_databases(settings, old)):
        click.echo(f"{path}: {report.taken} taken, {report.already} already there, {len(report.refused)} refused")
        for row, reason in report.refused:
            click.echo(f"  row {row}: {reason}")
        refused += len(report.refused)
    try:
        size = asyncio.run(log_imported(settings))
        click.echo(f"what was imported is covered by the log, which has {size} entries")
    except ArgoError as error:
        click.echo(f"imported; the next start of argo logs it, because now: {error}")
    sys.exit(1 if refused else 0)
