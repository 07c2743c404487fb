"""`argo check-lookahead`: does a vote know what comes later?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

EXAMPLES = "Examples:\n\n  argo check-lookahead\n\n  argo check-lookahead my_votes:momentum --symbol TSLA --json"


@click.command("check-lookahead", epilog=EXAMPLES)
@click.argument("strategies", nargs=-1, metavar="[STRATEGY]...")
@click.option("--symbol", "symbols", multiple=True, help="Recorded history to check on.  [default: AAPL and BTC-USD]")
@click.option("--bars", type=click.IntRange(100, 100_000), default=600, show_default=True, help="So many newest bars.")
@click.option("--places", type=int, default=40, show_default=True, help="How often the future is changed.")
@click.option("--seed", type=int, default=1, show_default=True, help="Where, and into what, follows from it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_lookahead(
    strategies: tuple[str, ...], symbols: tuple[str, ...], bars: int, places: int, seed: int, as_json: bool
) -> None:
    """Cut off, distort and mask the future at many places and see whether a vote before it moves. STRATEGY is
    module:function (this folder's modules first), an installed source, or price_action or technical; without one, every
    source that comes with the program. Exit status 1 when a leak is found."""
    import msgspec

    from argo_core.backtest.lookahead import LookaheadPlan
    from argo_core.backtest.lookahead import check_lookahead as check
    from argo_server.settings import load_settings
    from argo_server.wiring.causality import named_histories, recorded_bars

    histories = named_histories(strategies, Path.cwd())
    recorded = recorded_bars(load_settings(), symbols or ("AAPL", "BTC-USD"), bars)
    plan = LookaheadPlan(places=places, seed=seed)
    found = [check(name, history, each, plan) for name, history in histories.items() for each in recorded]
    leaks = [each.leak for each in found if each.leak is not None]
    if as_json:
        click.echo(msgspec.json.encode({"success": not leaks, "checked": found}))
    else:
        for each in found:
            verdict = "ok" if each.leak is None else "LEAK"
            click.echo(f"{verdict:4}  {each.function}  {each.symbol}: {each.bars} bars, {each.comparisons} comparisons")
        for leak in leaks:
            click.echo(leak.sentence)
    sys.exit(1 if leaks else 0)
