"""`argo walk-forward`: a search in every window, judged on the days after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from argo_server.cli.search_options import order_of, search_options


@click.command(
    "walk-forward",
    epilog="Example:\n\n  argo walk-forward --objective sma-cross --symbols GOOG --adjustment raw --goal sharpe "
    '--space "fast=5:50:5 slow=20:200:20" --method grid --train 500 --test 125 --html walk.html',
)
@search_options
@click.option("--train", type=click.IntRange(2), default=500, show_default=True, help="Sessions to choose on.")
@click.option("--test", type=click.IntRange(1), default=125, show_default=True, help="Sessions to be judged on.")
@click.option("--gap", type=click.IntRange(0), default=0, show_default=True, help="Sessions left out between them.")
@click.option("--anchored", is_flag=True, help="Windows begin with the first session and grow, instead of rolling.")
@click.option(
    "--looked-at", type=click.IntRange(1), default=1, show_default=True,
    help="Walk-forwards that were looked at before this one is shown, itself included.",
)  # fmt: skip
def walk_forward(
    library: Path | None, html: Path | None, as_json: bool, train: int, test: int, gap: int, anchored: bool,
    looked_at: int, **wish: Any,
) -> None:  # fmt: skip
    """Search in one window, judge what was chosen on the sessions after it, go on: only what was never searched on
    counts. Prints each window, the joined figures with intervals, and the verdict."""
    import asyncio

    import msgspec

    from argo_core.backtest.report.walk_forward_text import forward_lines
    from argo_core.backtest.walk_forward_splits import WalkForwardPlan
    from argo_server.cli.progress import shown_progress
    from argo_server.settings import load_settings
    from argo_server.wiring.search import walk_parameters_forward

    plan = WalkForwardPlan(train=train, test=test, gap=gap, anchored=anchored)
    order, told = order_of(**wish), shown_progress("trials")
    found = asyncio.run(walk_parameters_forward(load_settings(), order, library, told, html, plan, looked_at))
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(forward_lines(found)))
