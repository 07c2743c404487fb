"""Every figure of a report follows from trades, fills and prices: one trade taken out of a copy moves it as numpy and
SQL, written here by hand and sharing nothing with the report, say."""

from __future__ import annotations

import functools
import itertools
import math
import sqlite3
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.report import Report, build_report
from argo_core.model.trade import Trade
from tests.argo.backtest.report_runs import TERMS, ran

Floats = NDArray[np.float64]
REMOVED = (0, 7, 23, 40)
"""Numbers of the trades that are taken out, one at a time, among those that nothing else of the account hangs on."""
YEAR = 365.25 * 86_400


def marks(profit: ProfitResult) -> tuple[Floats, Floats, Floats]:
    """Equity, cash and exposure (T,) from the fills and the closes alone."""
    history = ran().backtest.history
    cash, equity, exposure = (np.zeros(len(profit.instants)) for _ in range(3))
    at = [fill.at.replace(tzinfo=None) for fill in profit.fills]
    for place, moment in enumerate(profit.instants.tolist()):
        past = [fill for fill, when in zip(profit.fills, at, strict=True) if when <= moment]
        cash[place] = profit.start_cash - sum(fill.quantity * fill.price + fill.fee for fill in past)
        worth = 0.0
        for row, bars in enumerate(history.bars):
            held = sum(fill.quantity for fill in past if fill.symbol == history.symbols[row])
            known = np.flatnonzero(bars.end <= profit.instants[place])
            value = held * float(bars.values[3, known[-1]]) if len(known) else 0.0
            worth, exposure[place] = worth + value, exposure[place] + abs(value)
        equity[place] = cash[place] + worth
    return equity, cash, exposure


def alone(profit: ProfitResult) -> list[Trade]:
    """Trades whose fills carry their own signal and end at nothing: they can go without a trace."""
    sums: dict[str, float] = {}
    for fill in profit.fills:
        sums[fill.signal_id] = sums.get(fill.signal_id, 0.0) + fill.quantity
    ids = [trade.signal_id for trade in profit.trades]
    return [each for each in profit.trades if abs(sums[each.signal_id]) < 1e-9 and ids.count(each.signal_id) == 1]


@functools.cache
def without(number: int) -> ProfitResult:
    """The account as it would stand without one of its trades."""
    profit = ran().found.profit
    gone = alone(profit)[number]
    left = msgspec.structs.replace(
        profit,
        trades=tuple(trade for trade in profit.trades if trade is not gone),
        fills=tuple(fill for fill in profit.fills if fill.signal_id != gone.signal_id),
    )
    equity, cash, exposure = marks(left)
    return msgspec.structs.replace(left, equity=equity, cash=cash, exposure=exposure)


@functools.cache
def reported(number: int) -> Report:
    """The report of that account."""
    one = ran()
    return build_report(one.backtest, one.found.strategy, without(number), one.contenders, TERMS)


def numpy_figures(profit: ProfitResult) -> dict[str, float]:
    """Each figure of equity and fills, in numpy by hand."""
    seconds = (profit.instants[-1] - profit.instants[0]) / np.timedelta64(1, "s")
    years, worth = float(seconds) / YEAR, np.append(profit.start_cash, profit.equity)
    returns = np.diff(worth) / worth[:-1]  # one moment a day here
    per_year, grown = (len(returns) - 1) / years, worth[-1] / worth[0]
    growth = 100 * (math.exp(math.log(grown) / years) - 1)
    fall = max(100 * (1 - worth[at] / worth[: at + 1].max()) for at in range(len(worth)))
    hold = ran().contenders.hold[-1] / profit.start_cash
    traded = sum(abs(fill.quantity * fill.price) for fill in profit.fills)
    return {
        "final_equity": float(worth[-1]),
        "return_pct": 100 * (grown - 1),
        "annual_growth_pct": growth,
        "volatility_pct": 100 * math.sqrt(per_year * returns.var(ddof=1)),
        "sharpe": returns.mean() / math.sqrt(returns.var(ddof=1)) * math.sqrt(per_year),
        "sortino": returns.mean() / math.sqrt((returns[returns < 0] ** 2).sum() / len(returns)) * math.sqrt(per_year),
        "max_drawdown_pct": fall,
        "calmar": growth / fall,
        "beyond_hold": growth - 100 * (hold ** (1 / years) - 1),
        "exposure_pct": 100 * float(np.mean(profit.exposure / profit.equity)),
        "turnover": traded / 2 / profit.equity.mean() / years,
        "fees": sum(fill.fee for fill in profit.fills),
        "slippage": sum(fill.slipped for fill in profit.fills),
    }


def sql_figures(trades: Sequence[Trade]) -> dict[str, float]:
    """Each figure of the trades, in SQL by hand."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE trades (side, quantity, entry, exit, fees, net_pct)")
        rows = [(t.action, t.quantity, t.entry_price, t.exit_price, t.fees, t.net_pct) for t in trades]
        database.executemany("INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.execute(
            "CREATE VIEW results AS SELECT net_pct, CASE side WHEN 'BUY' THEN 1 ELSE -1 END * quantity * (exit - entry)"
            " - fees AS money FROM trades"
        )
        found = database.execute(
            "SELECT 100.0 * sum(money > 0) / count(*), sum(max(money, 0)) / -sum(min(money, 0)), avg(net_pct), count(*)"
            " FROM results"
        ).fetchone()
    return dict(zip(("trade_hit_rate_pct", "profit_factor", "mean_trade_pct", "count"), found, strict=True))


def test_the_fills_and_closes_alone_give_the_equity_of_every_day() -> None:
    profit = ran().found.profit
    equity, cash, exposure = marks(profit)
    assert np.allclose(equity, profit.equity, rtol=1e-9)
    assert np.allclose(cash, profit.cash, rtol=1e-9)
    assert np.allclose(exposure, profit.exposure, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("number", REMOVED)
def test_without_a_trade_every_headline_figure_moves_to_what_numpy_says(number: int) -> None:
    before = {figure.key: figure.value for figure in ran().report.figures}
    after = {figure.key: figure.value for figure in reported(number).figures}
    expected = numpy_figures(without(number))
    assert {key: after[key] for key in expected} == pytest.approx(expected, rel=1e-9)
    unmoved = [key for key in expected if after[key] == before[key]]
    # The deepest fall only moves if the trade had a part in it.
    assert set(unmoved) <= {"max_drawdown_pct"}


@pytest.mark.parametrize("number", REMOVED)
def test_without_a_trade_the_figures_of_trades_move_to_what_sql_says(number: int) -> None:
    before = {figure.key: figure.value for figure in ran().report.figures}
    figures = {figure.key: figure for figure in reported(number).figures}
    expected = sql_figures(without(number).trades)
    count = expected.pop("count")
    assert {key: figures[key].value for key in expected} == pytest.approx(expected, rel=1e-9)
    assert [figures[key].count for key in expected] == [count] * 3
    assert all(figures[key].value != before[key] for key in expected)


@pytest.mark.parametrize("number", REMOVED)
def test_without_a_trade_series_months_and_rows_are_those_of_the_rest(number: int) -> None:
    report, profit = reported(number), without(number)
    worth = np.append(profit.start_cash, profit.equity)
    assert report.curves[0].equity == pytest.approx(profit.equity.tolist(), rel=1e-12)
    falls = [100 * (1 - worth[at] / worth[: at + 1].max()) for at in range(1, len(worth))]
    assert report.curves[0].drawdown_pct == pytest.approx(falls, abs=1e-9)
    last = {f"{day:%Y-%m}": float(value) for day, value in zip(report.days, profit.equity, strict=True)}
    ends = [profit.start_cash, *last.values()]
    expected = [100 * (end / begin - 1) for begin, end in itertools.pairwise(ends)]
    assert [month.return_pct for month in report.months] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert [f"{month.year}-{month.month:02}" for month in report.months] == list(last)
    assert len(report.trades) == len(ran().report.trades) - 1
    assert sum(row.result for row in report.trades) == pytest.approx(
        sum(row.result for row in ran().report.trades) - result_of(alone(ran().found.profit)[number]), rel=1e-9
    )


def result_of(trade: Trade) -> float:
    """Quote currency, after fees."""
    side = 1 if trade.action == "BUY" else -1
    return side * (trade.exit_price - trade.entry_price) * trade.quantity - trade.fees


def test_without_a_signal_hit_rates_reliability_and_brier_move_to_what_sql_says() -> None:
    one = ran()
    strategy = msgspec.structs.replace(one.found.strategy, outcomes=one.found.strategy.outcomes[1:])
    report = build_report(one.backtest, strategy, one.found.profit, one.contenders, TERMS)
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE resolved (symbol, regime, action, confidence, gross, net)")
        for signal, ended in strategy.resolved():
            row = (signal.symbol, signal.regime, signal.action, signal.confidence, ended.profit_loss_pct, ended.net_pct)
            database.execute("INSERT INTO resolved VALUES (?, ?, ?, ?, ?, ?)", row)
        expected = set(database.execute("SELECT 'all', 'signals', count(*), sum(gross > 0) FROM resolved"))
        for group in ("symbol", "regime", "action"):
            expected |= set(
                database.execute(f"SELECT '{group}', {group}, count(*), sum(gross > 0) FROM resolved GROUP BY {group}")
            )
        band = "min(cast(confidence / 5 AS INTEGER) * 5, 95)"
        label = f"{band} || ' to ' || ({band} + 5) || ' %'"
        expected |= set(database.execute(f"SELECT 'band', {label}, count(*), sum(gross > 0) FROM resolved GROUP BY 2"))
        pairs = database.execute(
            f"SELECT {band}, avg(confidence), 100.0 * avg(gross > 0) FROM resolved GROUP BY 1 ORDER BY 1"
        ).fetchall()
        figures = database.execute(
            "SELECT 100.0 * avg(gross > 0), avg(gross), avg(net),"
            " avg((confidence / 100 - (gross > 0)) * (confidence / 100 - (gross > 0))) FROM resolved"
        ).fetchone()
    rows = {(row.group, row.key, row.count, row.hits) for row in report.hits if row.group != "source"}
    assert rows == expected
    assert rows != {(row.group, row.key, row.count, row.hits) for row in one.report.hits if row.group != "source"}
    shown = [(each.from_pct, each.mean_confidence, each.rate_pct) for each in report.reliability]
    assert np.allclose(np.array(shown), np.array(pairs))
    by_key = {figure.key: figure.value for figure in report.figures}
    keys = ("signal_hit_rate_pct", "mean_signal_pct", "mean_net_signal_pct", "brier")
    assert [by_key[key] for key in keys] == pytest.approx(list(figures), rel=1e-9)


def test_without_a_denial_the_counts_of_vetoes_and_denials_are_those_of_the_rest() -> None:
    one = ran()
    denied = next(each for each in one.found.profit.verdicts if each.decision == "denied")
    profit = msgspec.structs.replace(
        one.found.profit, verdicts=tuple(each for each in one.found.profit.verdicts if each is not denied)
    )
    report = build_report(one.backtest, one.found.strategy, profit, one.contenders, TERMS)
    counts = {(each.stage, each.name): each.count for each in report.decisions}
    whole = {(each.stage, each.name): each.count for each in one.report.decisions}
    assert counts["verdict", "denied"] == whole["verdict", "denied"] - 1
    assert counts["verdict", "allowed"] == whole["verdict", "allowed"]
    moments = len(one.found.strategy.instants) * 2
    assert sum(count for (stage, _), count in counts.items() if stage == "decision") == moments
    vetoed = sum(count for (stage, _), count in counts.items() if stage == "veto")
    assert vetoed == counts["decision", "vetoed"] == int((one.found.strategy.decisions.status == 1).sum())
