"""`argo optimize`: a search over an objective's parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

SHOWN = 10


@click.command(
    epilog="Examples:\n\n  argo optimize --objective sma-cross --symbols GOOG --goal sharpe "
    '--space "fast=5:50 slow=20:200:5" --method tpe --trials 200\n\n'
    "  argo optimize --objective mine:score --symbols AAPL,MSFT --goal gain --goal risk:min --method multi "
    '--space "x=0.1:1.0" --cluster tcp://10.0.0.1:8786'
)
@click.option("--objective", required=True, help="sma-cross, or module:function of your own.")
@click.option("--space", required=True, help="fast=5:50 slow=20:200:5 rate=0.001:0.1:log kind=a|b")
@click.option("--symbols", required=True, help="Comma-separated; their bars come from the library.")
@click.option(
    "--goal", "goals", multiple=True, required=True, help="A figure to be raised, or FIGURE:min; several for multi."
)
@click.option("--timeframe", default="1Day", show_default=True)
@click.option("--adjustment", type=click.Choice(["raw", "split", "total"]), default="split", show_default=True)
@click.option("--method", type=click.Choice(["grid", "random", "tpe", "multi"]), default="random", show_default=True)
@click.option(
    "--trials", type=click.IntRange(1), default=100, show_default=True, help="In all, earlier runs' included."
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option("--workers", type=click.IntRange(1), help="Processes of this machine; one for each processor else.")
@click.option("--cluster", help="A Dask scheduler, tcp://host:port, in their place.")
@click.option("--library", type=click.Path(path_type=Path), help="Folder of the stored bars.")
@click.option("--json", "as_json", is_flag=True, help="Print every trial as JSON.")
def optimize(symbols: str, goals: tuple[str, ...], adjustment: str, method: str, as_json: bool, **more: Any) -> None:
    """Try parameters on stored bars. Each trial is durable in the database and counted for ever; the same command goes
    on where an earlier one stopped. The same seed makes the same trials on any number of workers."""
    import asyncio

    import msgspec

    from argo_core.backtest.goals import parse_goal
    from argo_core.model.search import Method
    from argo_core.model.stored_series import Adjustment
    from argo_server.cli.progress import shown_progress
    from argo_server.settings import load_settings
    from argo_server.wiring.search import SearchOrder, search_parameters

    order = SearchOrder(
        symbols=tuple(part.strip() for part in symbols.split(",") if part.strip()),
        goals=tuple(parse_goal(goal) for goal in goals),
        adjustment=Adjustment(adjustment),
        method=Method(method),
        **more,
    )
    found = asyncio.run(search_parameters(load_settings(), order, shown_progress("trials")))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
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
