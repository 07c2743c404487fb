"""`argo ledger key`: the log's signing keys."""

from __future__ import annotations

import click


@click.group(
    invoke_without_command=True,
    epilog="Examples:\n\n  argo ledger key\n\n  argo ledger key add\n\n  argo ledger key retire VKEY",
)
@click.pass_context
def key(context: click.Context) -> None:
    """Print the log's public keys, to be pinned by others; makes the first key if there is none."""
    if context.invoked_subcommand is not None:
        return
    from argo_server.settings import load_settings
    from argo_server.wiring.keys import public_log_keys

    for vkey in public_log_keys(load_settings()):
        click.echo(vkey)


@key.command(epilog="Example:\n\n  argo ledger key add")
def add() -> None:
    """Make a further key, log it under the old ones, and sign with all from now on. Stop the generator first."""
    import asyncio

    from argo_server.settings import load_settings
    from argo_server.wiring.ledger_writing import add_log_key

    vkey = asyncio.run(add_log_key(load_settings()))
    click.echo(
        f"{vkey}\npin it wherever the old one is pinned, then retire the old one: argo ledger key retire OLD_VKEY"
    )


@key.command(epilog="Example:\n\n  argo ledger key retire argo.localhost/signals+9b171239+AQOhB7…")
@click.argument("vkey")
def retire(vkey: str) -> None:
    """Log that a key ends, and do not sign with it any more. Stop the generator first."""
    import asyncio

    from argo_server.settings import load_settings
    from argo_server.wiring.ledger_writing import retire_log_key

    click.echo(f"retired; its file is kept as {asyncio.run(retire_log_key(load_settings(), vkey))}")
