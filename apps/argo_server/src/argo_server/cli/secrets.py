"""`argo secrets`: where each secret was found."""

from __future__ import annotations

import click


@click.group()
def secrets() -> None:
    """Look after keys and passwords."""


@secrets.command(epilog="Example:\n\n  AWS_DEFAULT_REGION=eu-central-1 ARGO_SECRETS=aws argo secrets check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Show where each secret was found and how old it is, never what it is. Exit status 1 if the store of secrets
    cannot be read."""
    from datetime import UTC, datetime

    import msgspec

    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.settings.secrets_found import secrets_found

    found = secrets_found(load_settings())
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    now = datetime.now(UTC)
    rows = [(o.variable, o.name, o.where, f"{(now - o.since).days} d" if o.since else "-") for o in found]
    click.echo(render_table(("secret", "name in the store", "found in", "age"), rows))
