"""`argo optimize`: a search over an objective's parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from argo_server.cli.search_options import order_of, search_options

SHOWN = 10


@click.command(
    epilog="Examples:\n\n  argo optimize --objective sma-cross --symbols GOOG --goal sharpe "
    '--space "fast=5:50 slow=20:200:5" --method tpe --trials 200\n\n'
    "  argo optimize --objective mine:score --symbols AAPL,MSFT --goal gain --goal risk:min --method multi "
    '--space "x=0.1:1.0" --cluster tcp://10.0.0.1:8786'
)
@search_options
def optimize(library: Path | None, html: Path | None, as_json: bool, **wish: Any) -> None:
    """Try parameters on stored bars. Each trial is durable in the database and counted for ever; the same command goes
    on where an earlier one stopped. The same seed makes the same trials on any number of workers. --html maps the goal
    over two parameters and says whether the best is more than luck."""
    import asyncio

    import msgspec

    from argo_server.cli.progress import shown_progress
    from argo_server.settings import load_settings
    from argo_server.wiring.search import search_parameters

    told = shown_progress("trials")
    found = asyncio.run(search_parameters(load_settings(), order_of(**wish), library, told, html))
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        _show(found)


def _show(found: Any) -> None:
    from argo_server.cli.table import render_table

    shown = found.best[:SHOWN]
    if shown:
        names, figures = list(shown[0].parameters), list(shown[0].figures)
        rows = [
            (trial.number, *(trial.parameters[name] for name in names), *(trial.figures.get(each) for each in figures))
            for trial in shown
        ]
        click.echo(render_table(("trial", *names, *figures), rows))
    states = [trial.state for trial in found.trials]
    told = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    counts = found.counts
    click.echo(
        f"{len(states):,} trials ({told}), {found.resumed:,} of them from an earlier run; ever tried: "
        f"{counts.search:,} in this search, {counts.study:,} of this objective on these bars, {counts.bars:,} of "
        "anything on any of these series"
    )
