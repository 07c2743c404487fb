"""`alpine secrets`: where each secret was found."""

from __future__ import annotations

import click


@click.group()
def secrets() -> None:
    """Look after keys and passwords."""


@secrets.command(epilog="Example:\n\n  AWS_DEFAULT_REGION=eu-central-1 ALPINE_SECRETS=aws alpine secrets check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Show where each secret was found and how old it is, never what it is. Exit status 1 if the store of secrets does
    not answer."""
    from datetime import UTC, datetime

    from alpine_web.cli.table import show_rows
    from alpine_web.settings import load_settings
    from alpine_web.settings.secrets_found import secrets_found

    now = datetime.now(UTC)
    rows = [
        (setting, name, where, None if since is None else (now - since).days)
        for setting, name, where, since in secrets_found(load_settings())
    ]
    show_rows(("secret", "name in the store", "found in", "age in days"), rows, as_json=as_json, empty="")
