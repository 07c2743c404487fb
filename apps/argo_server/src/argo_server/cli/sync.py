"""`argo sync`: the key that is shared with the distributor, and whether the way there works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_server.settings import Settings


@click.group()
def sync() -> None:
    """Set up and test the delivery to the distributor."""


@sync.command(epilog="Examples:\n\n  argo sync setup\n\n  argo sync setup --key 64_HEX_DIGITS_FROM_ALPINE")
@click.option("--key", help="The distributor's key; without it, one is made.")
def setup(key: str | None) -> None:
    """Install the shared 64-hex key in the configuration file, then try a round trip."""
    import secrets
    from pathlib import Path

    from argo_core.errors import StoreError
    from argo_server.settings import load_settings
    from argo_server.settings.install import install_key, require_key

    settings = load_settings()
    chosen = require_key(key) if key else secrets.token_hex(32)
    path = settings.file_path or Path("config.json")
    install_key(path, chosen)
    click.echo(f"key installed in {path}, readable by its owner only")
    if not key:
        click.echo(f"give it to the distributor: alpine sync setup --key {chosen}")
    try:
        _round_trip(load_settings(config_path=path))
    except StoreError as error:
        click.echo(f"no round trip yet: {error}")


@sync.command(epilog="Example:\n\n  argo sync test")
def test() -> None:
    """Ask the distributor with our key. Exit status 1 if it does not answer or refuses the key."""
    from argo_server.settings import load_settings

    _round_trip(load_settings())


def _round_trip(settings: Settings) -> None:
    import asyncio

    from argo_server.wiring import try_sync

    trial = asyncio.run(try_sync(settings))
    click.echo(f"{settings.file.alpine.api_url} answered in {trial.latency_ms:.1f} ms and knows our key")
