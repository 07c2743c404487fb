"""`argo drill`: exercises of what must work on the day."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def drill() -> None:
    """Exercises, measured and recorded."""


@drill.command(epilog="Example:\n\n  argo drill disaster --json")
@click.option("--without-witness", is_flag=True, help="No witness is configured, and that is meant.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def disaster(without_witness: bool, as_json: bool) -> None:
    """Back the database up, restore it elsewhere, compare rows and roots, take back from the mirror what came since,
    and ask the witnesses. The database itself is only read. Exit status 0 only if everything held, a witness's
    confirmation included."""
    import asyncio

    import msgspec

    from argo_server.cli.progress import shown_progress
    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.backups import disaster_drill

    record = asyncio.run(disaster_drill(load_settings(), shown_progress("entries"), without_witness=without_witness))
    if as_json:
        click.echo(msgspec.json.encode(record))
    else:
        rows = [(name.replace("_", " "), value) for name, value in msgspec.structs.asdict(record).items()]
        click.echo(render_table(("disaster", "measured"), rows))
        ok = "ok: everything held" if record.confirmed else "ok: rows and roots held; no witness confirmed it"
        click.echo(ok if record.held else f"FAILED: {record.why}")
    sys.exit(0 if record.held else 1)


@drill.command("kill-switch", epilog="Example:\n\n  argo drill kill-switch --faults 0.3 --seed 7 --json")
@click.option("--faults", type=click.FloatRange(0, 0.9), default=0.2, show_default=True, help="Share of lost answers.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which answers are lost follows from it.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where records go.  [default: var/drills]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def kill_switch(faults: float, seed: int, folder: Path | None, as_json: bool) -> None:
    """Fill an account of its own on the simulated exchange, lose a share of the venue's answers, pull the switch, and
    measure until nothing rests and nothing is held. No configured account is touched. Exit status 1 if not flat."""
    import asyncio

    import msgspec

    from argo_server.cli.person import person
    from argo_server.cli.table import render_table
    from argo_server.wiring.drill import MIGRATIONS, exercise_kill_switch

    kept = Path("var/drills") if folder is None else folder
    record = asyncio.run(exercise_kill_switch(kept.resolve(), MIGRATIONS, faults, seed, person()))
    if as_json:
        click.echo(msgspec.json.encode(record))
    else:
        rows = [(name.replace("_", " "), value) for name, value in msgspec.structs.asdict(record).items()]
        click.echo(render_table(("kill switch", "measured"), rows))
        click.echo("ok: flat" if record.flat else "FAILED: not flat: look at the database of the exercise")
    sys.exit(0 if record.flat else 1)
