"""What a search is told on the command line: the same options for one search and for a walk-forward of searches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from argo_core.backtest.search_order import SearchOrder

F = TypeVar("F", bound=Callable[..., object])

OPTIONS = (
    click.option("--objective", required=True, help="sma-cross, or module:function of your own."),
    click.option("--space", required=True, help="fast=5:50 slow=20:200:5 rate=0.001:0.1:log kind=a|b"),
    click.option("--symbols", required=True, help="Comma-separated; their bars come from the library."),
    click.option(
        "--goal", "goals", multiple=True, required=True, help="A figure to be raised, or FIGURE:min; several for multi."
    ),
    click.option("--timeframe", default="1Day", show_default=True),
    click.option("--adjustment", type=click.Choice(["raw", "split", "total"]), default="split", show_default=True),
    click.option(
        "--method", type=click.Choice(["grid", "random", "tpe", "multi"]), default="random", show_default=True
    ),
    click.option(
        "--trials", type=click.IntRange(1), default=100, show_default=True, help="In all, earlier runs' included."
    ),
    click.option(
        "--fee-pct", type=click.FloatRange(0, 50), help="The parameter fee_pct.  [default: the objective's own]"
    ),
    click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True),
    click.option("--workers", type=click.IntRange(1, 1024), help="Processes of this machine."),
    click.option("--cluster", help="A Dask scheduler, tcp://host:port, in their place."),
    click.option("--library", type=click.Path(path_type=Path), help="Folder of the stored bars."),
    click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with plots."),
    click.option("--json", "as_json", is_flag=True, help="Print everything as JSON."),
)


def search_options(command: F) -> F:
    """Adds the options to a command; `order_of` reads those that make an order."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def order_of(
    symbols: str, goals: tuple[str, ...], adjustment: str, method: str, space: str, fee_pct: float | None, **more: Any
) -> SearchOrder:
    """Raises DataError."""
    from argo_core.backtest.goals import parse_goal
    from argo_core.backtest.search_order import SearchOrder
    from argo_core.model.search import Method
    from argo_core.model.stored_series import Adjustment

    return SearchOrder(
        symbols=tuple(part.strip() for part in symbols.split(",") if part.strip()),
        goals=tuple(parse_goal(goal) for goal in goals),
        adjustment=Adjustment(adjustment),
        method=Method(method),
        space=space if fee_pct is None else f"{space} fee_pct={fee_pct!r}",
        **more,
    )
