"""`argo sync`: the key that is shared with the distributor, and whether the way there works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_server.settings import Settings


@click.group()
def sync() -> None:
    """Set up and test the delivery to the distributor."""


@sync.command(epilog="Examples:\n\n  argo sync setup --show\n\n  argo sync setup --key-file alpine.key")
@click.option("--key-file", type=click.Path(path_type=Path), help="Install the key that this file holds.")
@click.option("--rotate", is_flag=True, help="Make a new key although there is one.")
@click.option("--show", is_flag=True, help="Print the key, to be installed at the distributor.")
def setup(key_file: Path | None, rotate: bool, show: bool) -> None:
    """Install the shared 64-hex key in the configuration file, then try a round trip. A key in force is kept."""
    from argo_core.errors import ConfigError, StoreError
    from argo_server.settings import load_settings
    from argo_server.settings.install import chosen_key, install_key

    settings = load_settings()
    if settings.file_path is None:
        raise ConfigError("there is no configuration file to install a key in: set ARGO_CONFIG=config.json")
    chosen = chosen_key(settings.file.alpine.api_key, key_file, rotate=rotate)
    install_key(settings.file_path, chosen.key)
    click.echo(f"{chosen.did}: {settings.file_path}, readable by its owner only")
    click.echo(chosen.key if show else "install the same key at the distributor; --show prints it")
    try:
        _round_trip(load_settings())
    except StoreError as error:
        click.echo(f"no round trip yet: {error}")


@sync.command(epilog="Example:\n\n  argo sync test")
def test() -> None:
    """Ask the distributor with our key. Exit status 1 if it does not answer or refuses the key."""
    from argo_server.settings import load_settings

    _round_trip(load_settings())


def _round_trip(settings: Settings) -> None:
    import asyncio

    from argo_server.wiring.trial import try_sync

    trial = asyncio.run(try_sync(settings))
    click.echo(f"{settings.file.alpine.api_url} answered in {trial.latency_ms:.1f} ms and knows our key")
