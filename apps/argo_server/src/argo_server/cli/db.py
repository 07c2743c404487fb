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
    from argo_server.wiring import upgrade_database

    report = asyncio.run(upgrade_database(load_settings()))
    click.echo(f"schema {report.before or 'none'} -> {report.after}")


@db.command(epilog="Example:\n\n  argo db unify old/signals.db older/signals.db")
@click.argument("old", nargs=-1, required=True, type=click.Path(path_type=Path))
def unify(old: tuple[Path, ...]) -> None:
    """Import databases of the earlier shape: hashes verified and kept, refused rows listed, safe to repeat."""
    import asyncio

    from argo_server.settings import load_settings
    from argo_server.wiring import unify_databases

    refused = 0
    for path, report in asyncio.run(unify_databases(load_settings(), old)):
        click.echo(f"{path}: {report.taken} taken, {report.already} already there, {len(report.refused)} refused")
        for row, reason in report.refused:
            click.echo(f"  row {row}: {reason}")
        refused += len(report.refused)
    sys.exit(1 if refused else 0)
