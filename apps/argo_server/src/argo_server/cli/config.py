"""`argo config`: what is in force."""

from __future__ import annotations

import click


@click.group()
def config() -> None:
    """Look at the configuration, and go back to an earlier one."""


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


@config.command(epilog="Example:\n\n  ARGO_CONFIG=config.json argo config history --limit 5")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with what the file said, secrets masked.")
def history(limit: int, as_json: bool) -> None:
    """List what was accepted of this file, newest first: when, why, by whom, and which keys changed."""
    import asyncio

    import msgspec

    from argo_server.cli.table import render_table
    from argo_server.wiring.configurations import configurations

    found = asyncio.run(configurations(limit)).items
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    rows = [
        (str(one.number), f"{one.accepted_at:%Y-%m-%d %H:%M:%S}", one.cause.value, one.by, one.sha256[:12],
         ", ".join(one.changed) or "-")
        for one in found
    ]  # fmt: skip
    click.echo(render_table(("number", "accepted (UTC)", "cause", "by", "sha256", "changed"), rows))


@config.command(epilog="Examples:\n\n  argo config rollback\n\n  argo config rollback 3 --by ada")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--by", help="Who does it; default: the user of this shell.")
@click.option("--force", is_flag=True, help="Also where the file lacks secrets, or is broken: set them afterwards.")
def rollback(number: int | None, by: str | None, force: bool) -> None:
    """Put an accepted configuration back into the file: that NUMBER of the history, else the one before the newest.

    It is checked first. Secrets stay as the file has them now, and the replaced file is kept beside it. A running
    generator takes over within a second what may change while it runs; the rest waits for its restart.
    """
    import asyncio

    from argo_server.cli.person import person
    from argo_server.wiring.configurations import go_back

    entry, missing, kept = asyncio.run(go_back(number, by or person(), force))
    click.echo(f"configuration {entry.number} of {entry.accepted_at:%Y-%m-%d %H:%M:%S} UTC is in the file again")
    if kept:
        click.echo(f"the replaced file is {kept.name} beside it: it holds its secrets; delete it when all is well")
    if missing:
        click.echo(f"the file holds no value for {', '.join(missing)}: set them, in the file or the environment")
