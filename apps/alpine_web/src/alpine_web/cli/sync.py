"""`alpine sync`: the key shared with the provider, and a trial of the way it delivers."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def sync() -> None:
    """Set up and try the deliveries of the external signal provider."""


@sync.command(epilog="Examples:\n\n  alpine sync setup --show\n\n  alpine sync setup --key-file provider.key")
@click.option(
    "--key-file", type=click.Path(path_type=Path, exists=True), help="Install the key that stands in this file."
)
@click.option("--rotate", is_flag=True, help="Make a new key; the one before goes on being accepted beside it.")
@click.option("--env-file", type=click.Path(path_type=Path), default=Path(".env"), show_default=True)
@click.option("--show", is_flag=True, help="Print the key, to be installed at the provider.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def setup(key_file: Path | None, rotate: bool, env_file: Path, show: bool, as_json: bool) -> None:
    """Create the shared key of 64 hex digits, or install a given one, in the settings file (readable by you only)."""
    import json

    from alpine_web.settings.install_key import install_key, read_key

    given = None if key_file is None else read_key(key_file)
    done = install_key(env_file, given, rotate=rotate)
    if as_json:
        click.echo(json.dumps({"file": str(env_file), "did": done.did, **({"key": done.key} if show else {})}))
        return
    click.echo(f"{done.did}: {env_file}")
    click.echo(done.key if show else "install the same key at the provider; --show prints it")


@sync.command(epilog="Example:\n\n  alpine sync test --url http://127.0.0.1:9001")
@click.option("--url", help="Where the server runs; default: host and port of the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test(url: str | None, as_json: bool) -> None:
    """A round trip against the running server: health, a hashed signal verified and not stored, a wrong key refused."""
    import sys

    from alpine_web.cli.table import show_rows
    from alpine_web.settings import load_settings
    from alpine_web.sync_trial import sync_trial

    steps = sync_trial(load_settings(), url)
    rows = [(step.name, "passed" if step.passed else "FAILED", step.told) for step in steps]
    show_rows(("step", "result", "answer"), rows, as_json=as_json, empty="")
    sys.exit(0 if all(step.passed for step in steps) else 1)
