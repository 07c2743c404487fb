"""`argo lab`: the backtests that were asked for over HTTP or on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.model.lab_run import LabRun

NICE = 10


@click.group()
def lab() -> None:
    """Backtests that were asked for over HTTP or on the console, each run by a process of its own."""


@lab.command("list", epilog="Example:\n\n  argo lab list --limit 5")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many of the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_runs(limit: int, as_json: bool) -> None:
    """The newest runs, and how each stands."""
    import asyncio

    import msgspec

    from argo_core.backtest.lab.run_document import run_document
    from argo_core.model.lab_run import LabQuery
    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.lab import open_lab_desk

    async def read() -> tuple[LabRun, ...]:
        async with open_lab_desk(load_settings()) as desk:
            return (await desk.page(LabQuery(limit=limit))).items

    runs = asyncio.run(read())
    if as_json:
        click.echo(msgspec.json.encode([run_document(run) for run in runs]))
        return
    rows = [(run.run_id, run.request.kind, run.state.value, f"{run.done}/{run.total}", run.error or "") for run in runs]
    click.echo(render_table(("run", "kind", "state", "progress", "why"), rows))


@lab.command("cancel", epilog="Example:\n\n  argo lab cancel 01JD8QK4T0C9V7M2Y5B3N6X8RA")
@click.argument("run_id")
def cancel(run_id: str) -> None:
    """Say that a run is no longer wanted."""
    import asyncio

    from argo_server.settings import load_settings
    from argo_server.wiring.lab import open_lab_desk

    async def end() -> LabRun:
        async with open_lab_desk(load_settings()) as desk:
            return await desk.cancel(run_id)

    run = asyncio.run(end())
    click.echo(
        f"{run.run_id} {run.state.value}" if run.over else f"{run.run_id} ends as soon as its process hears of it"
    )


@lab.command("chance", hidden=True)
def chance() -> None:
    """Work out a chance of passing: what an executor starts, with its question on the standard input."""
    import os
    import sys

    from argo_server.wiring.passing import answered

    os.nice(NICE)  # orders come first
    sys.stdout.buffer.write(answered(sys.stdin.buffer.read()))


@lab.command("work", hidden=True)
@click.argument("run_id")
@click.option("--attempt", type=click.IntRange(1), default=1, show_default=True, help="Which attempt at the run.")
def work(run_id: str, attempt: int) -> None:
    """Work on a run: what the generator starts. A failed run fails this command."""
    import asyncio
    import os

    from argo_server.process_log import write_log
    from argo_server.settings import load_settings
    from argo_server.wiring.lab import work_on

    os.nice(NICE)  # signals come first
    write_log()
    run = asyncio.run(work_on(load_settings(), run_id, attempt))
    if run.error:
        raise click.ClickException(run.error)
