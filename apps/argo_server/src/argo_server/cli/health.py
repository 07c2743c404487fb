"""`argo health`: is everything as it should be?"""

from __future__ import annotations

import sys

import click


@click.command(epilog="Examples:\n\n  argo health --level 1\n\n  argo health --level 3 --json")
@click.option(
    "--level",
    type=click.IntRange(1, 3),
    default=2,
    show_default=True,
    help="1: environment and settings. 2: also databases, processes and those they talk to. "
    "3: also every address, secrets, a signal all the way, and the newest backup restored.",
)
@click.option("--url", help="Where the generator runs; default: host and port of the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def health(level: int, url: str | None, as_json: bool) -> None:
    """Look at everything up to a level, a line for each check with what to do. Exit status 0 only at 100 %."""
    import asyncio

    import msgspec

    from argo_core.pipeline.health_levels import whole
    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.health_checks import look_at_health

    parts = asyncio.run(look_at_health(load_settings(), url, level))
    if as_json:
        click.echo(msgspec.json.encode({"healthy": whole(parts), "level": level, "checks": parts}).decode())
    else:
        rows = [(one.level, one.check, one.state, one.told, one.advice) for one in parts]
        click.echo(render_table(("level", "check", "result", "found", "what to do"), rows))
        counted = [one for one in parts if one.state != "not set up"]
        passed = sum(one.state == "passed" for one in counted)
        click.echo(f"{'ok' if whole(parts) else 'FAILED'}: {passed} of {len(counted)} checks passed")
    sys.exit(0 if whole(parts) else 1)
