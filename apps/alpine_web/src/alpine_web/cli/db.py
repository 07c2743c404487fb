"""`alpine db`: the database's schema."""

from __future__ import annotations

import click


@click.group()
def db() -> None:
    """Create and upgrade the database."""


@db.command(epilog="Example:\n\n  alpine db upgrade")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def upgrade(as_json: bool) -> None:
    """Bring the database to the newest schema; create it if there is none. Never loses a row."""
    import asyncio

    from alpine_web.cli.table import show_rows
    from alpine_web.settings import load_settings
    from alpine_web.wiring.upgrade import upgrade_database

    before, after = asyncio.run(upgrade_database(load_settings()))
    if as_json:
        show_rows(("before", "after"), [(before, after)], as_json=True, empty="")
    else:
        click.echo(f"schema {before or 'none'} -> {after}")
