"""`argo config`: what is in force."""

from __future__ import annotations

import click


@click.group()
def config() -> None:
    """Look at the configuration."""


@config.command(epilog="Example:\n\n  ARGO_CONFIG=config.json argo config check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Show every setting in force and where it came from, secrets masked. Exit status 1 if something is wrong."""
    import msgspec

    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.check import check_settings
    from argo_server.wiring.in_force import settings_in_force

    settings = load_settings()
    check_settings(settings)
    in_force = settings_in_force(settings)
    if as_json:
        click.echo(msgspec.json.encode(in_force))
        return
    click.echo(render_table(("key", "value", "from"), [(s.key, s.value, s.origin) for s in in_force]))
