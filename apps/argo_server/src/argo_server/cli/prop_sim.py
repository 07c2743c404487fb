"""`argo prop-sim`: would a strategy pass a prop firm's challenge?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.backtest.prop_simulator import Chance, DayCounts, PropResult
    from argo_core.backtest.prop_trades import OwnTrades, WinLoss

EXAMPLES = (
    "Examples:\n\n  argo prop-sim --pack ftmo-2-step --win-rate 0.48 --win-r 1.6 --risk-pct 1 --trades-per-day 4\n\n"
    "  argo prop-sim --pack ftmo-1-step --trades trades.csv --risk-pct 0.5 --trades-per-day 3 --json"
)


@click.command("prop-sim", epilog=EXAMPLES)
@click.option("--pack", required=True, help="A rule pack by name (ftmo-2-step, ftmo-1-step), or a file (.json).")
@click.option("--target-pct", "targets", type=float, multiple=True, help="Profit target; again for a further step.")
@click.option("--trades", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV: r, or profit,risk.")
@click.option(
    "--executor", help="Whose finished trades in the database, where neither --trades nor --win-rate is given."
)
@click.option("--win-rate", type=float, help="Share of trades that win, 0 to 1.")
@click.option("--win-r", type=float, help="What a win brings, in multiples of the risk.")
@click.option("--loss-r", type=float, default=1.0, show_default=True, help="What a loss costs, likewise.")
@click.option(
    "--risk-pct", type=float, default=1.0, show_default=True, help="Risk of a trade in percent of the balance."
)
@click.option("--of-initial", is_flag=True, help="Risk is of the initial capital.")
@click.option("--trades-per-day", type=float, help="On each day.  [default: as the database shows]")
@click.option("--poisson", is_flag=True, help="Trades per day vary by chance.")
@click.option("--block", type=float, help="Mean length of a run redrawn from the record.  [default: by its memory]")
@click.option("--paths", type=int, default=10_000, show_default=True, help="How many challenges.")
@click.option("--seed", type=int, default=42, show_default=True, help="The same seed gives the same result.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def prop_sim(
    pack: str, targets: tuple[float, ...], trades: Path | None, executor: str | None, win_rate: float | None,
    win_r: float | None, loss_r: float, risk_pct: float, of_initial: bool, trades_per_day: float | None,
    poisson: bool, block: float | None, paths: int, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Walk many challenges under a firm's rules with a win rate, a table of trades or the stored ones: chances to pass
    and to fail with intervals, how long it takes, and what is assumed."""
    import msgspec

    from argo_core.backtest.prop_simulator import PropRun, simulate_challenge
    from argo_core.backtest.prop_trades import TradePlan, WinLoss
    from argo_server.wiring.challenges import challenge_of

    course = challenge_of(pack, targets)
    per_day, drawn = trades_per_day, None
    if win_rate is not None and win_r is not None and trades is None:
        drawn = WinLoss(win_rate, win_r, loss_r)
    elif win_rate is not None or win_r is not None:
        raise click.UsageError("--win-rate goes with --win-r, and without --trades")
    own, seen = (drawn, None) if drawn is not None else _own_trades(trades, executor, block)
    if per_day is None:
        per_day, poisson = seen, True
    if per_day is None:
        raise click.UsageError("say how often it trades: --trades-per-day")
    plan = TradePlan(risk_pct=risk_pct, per_day=per_day, of_initial=of_initial, varying=poisson)
    result = simulate_challenge(course, own, plan, PropRun(seed=seed, paths=paths))
    if as_json:
        click.echo(msgspec.json.encode(result))
    else:
        _print(result)


def _own_trades(
    table: Path | None, executor: str | None, block: float | None
) -> tuple[OwnTrades | WinLoss, float | None]:
    """The trades of a table, or the stored ones with how many there are a day."""
    from argo_core.backtest.prop_trades import OwnTrades
    from argo_core.backtest.trade_record import trade_record
    from argo_core.backtest.trade_table import r_multiples_of_file
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    if table is not None:
        return OwnTrades(r_multiples_of_file(table.read_bytes()), block), None
    stored = trade_record(with_records(load_settings(), lambda records: records.resolved.risked_trades()), executor)
    return OwnTrades(stored.multiples, block), stored.per_day


def _print(result: PropResult) -> None:
    from argo_server.cli.table import render_table

    click.echo(f"{result.pack}: {result.label}\n{result.source}\n")
    chances: list[tuple[str, Chance]] = [("pass", result.passed)]
    chances += [(f"pass step {number}", chance) for number, chance in enumerate(result.steps, 1)]
    chances += [
        ("fail: daily loss", result.daily_loss), ("fail: drawdown", result.drawdown), ("undecided", result.undecided),
    ]  # fmt: skip
    rows = [(name, 100 * each.share, 100 * each.low, 100 * each.high) for name, each in chances]
    click.echo(render_table(("challenge", "percent", f"{100 * result.confidence:g} % from", "to"), rows))
    if result.record is not None:
        low, high = (100 * bound for bound in result.record)
        click.echo(f"\nthe record of {result.trades_in_record} trades leaves {low:.1f} to {high:.1f} % for passing")
    click.echo()
    days = [_days("to pass", result.days_to_pass), _days("to fail", result.days_to_breach)]
    click.echo(render_table(("days", "mean", "5 %", "25 %", "50 %", "75 %", "95 %"), days))
    click.echo(f"\n{result.paths} paths, seed {result.seed}. Assumed:")
    for sentence in result.assumptions:
        click.echo(f"  {sentence}")


def _days(name: str, counts: DayCounts) -> tuple[object, ...]:
    return name, counts.mean, *counts.percentiles
