"""What is kept of a run is what numpy says of its own trades and days."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from numpy.random import default_rng

from argo_core.backtest import Backtest
from argo_core.backtest.lab.report import lab_report, summary
from argo_core.backtest.lab.request import BacktestRequest
from argo_core.backtest.lab.result import Figure, LabResult, result_bytes, result_of
from argo_core.backtest.report.contenders import run_contenders
from argo_core.backtest.summary import summarised
from argo_core.model.bars import Bars
from argo_core.model.timeframe import Timeframe

DAYS = 700
REQUEST = BacktestRequest(
    symbols=("AAA", "BBB"), initial_capital=100_000.0, commission_pct=0.1, slippage_pct=0.05, spread_pct=0.0
)


def walk(symbol: str, seed: int) -> Bars:
    """Daily bars of a random walk with trends in it."""
    generator = default_rng(seed)
    trend = np.repeat(generator.choice([-0.004, 0.004], DAYS // 50), 50)
    close = 100.0 * np.exp(np.cumsum(trend + 0.01 * generator.standard_normal(DAYS)))
    opened = np.concatenate(([100.0], close[:-1]))
    values = np.stack([opened, np.maximum(opened, close) * 1.003, np.minimum(opened, close) * 0.997, close])
    start = np.datetime64("2015-01-05T14:30", "us") + np.arange(DAYS) * np.timedelta64(1, "D")
    volumes = np.full((1, DAYS), 1e6)
    return Bars.of(symbol, Timeframe.parse("1Day"), start, np.vstack([values, volumes]))


@pytest.fixture(scope="module")
def test() -> Backtest:
    return Backtest.of([walk("AAA", 1), walk("BBB", 2)])


@pytest.fixture(scope="module")
def result(test: Backtest) -> LabResult:
    return lab_report(REQUEST, test, default_rng(0), 50)


def named(result: LabResult) -> dict[str, Figure]:
    return {figure.code: figure for figure in result.headline}


def test_the_same_seed_gives_the_same_bytes(test: Backtest, result: LabResult) -> None:
    assert result_bytes(lab_report(REQUEST, test, default_rng(0), 50)) == result_bytes(result)


def test_what_is_stored_is_read_back_whole(result: LabResult) -> None:
    assert result_of(result_bytes(result)) == result


def test_the_figures_of_trades_are_those_that_numpy_makes_of_the_stored_trades(result: LabResult) -> None:
    figures, trades = named(result), result.trades
    net = np.array([trade.net_pct for trade in trades])
    gained = np.array(
        [(1 if t.action == "BUY" else -1) * (t.exit_price - t.entry_price) * t.quantity - t.fees for t in trades]
    )
    assert len(trades) > 20
    assert figures["trades"].value == len(trades)
    assert figures["mean_trade_pct"].value == pytest.approx(net.mean())
    assert figures["hit_rate_pct"].value == pytest.approx(100 * (gained > 0).mean())
    assert figures["profit_factor"].value == pytest.approx(gained[gained > 0].sum() / -gained[gained < 0].sum())


def test_the_figures_of_the_curve_are_those_that_numpy_makes_of_the_stored_days(result: LabResult) -> None:
    figures, worth = named(result), np.array(result.curves[0].values)
    daily = worth / np.concatenate(([100_000.0], worth[:-1])) - 1
    assert figures["final_equity"].value == worth[-1]
    assert figures["return_pct"].value == pytest.approx(worth[-1] / 1000 - 100)
    assert figures["return_pct"].n == len(result.days) == len(worth)
    years = (result.days[-1] - result.days[0]).total_seconds() / (365.25 * 86_400)
    per_year = (len(daily) - 1) / years
    assert figures["sharpe"].value == pytest.approx(daily.mean() / daily.std(ddof=1) * per_year**0.5)


FIGURES = "return_pct sharpe sortino volatility_pct mean_trade_pct profit_factor".split()


@pytest.mark.parametrize("code", FIGURES)
def test_an_interval_holds_its_figure_and_says_how_it_was_made(result: LabResult, code: str) -> None:
    figure = named(result)[code]
    assert figure.low is not None and figure.value is not None and figure.high is not None
    assert figure.low < figure.value < figure.high
    assert re.fullmatch(r"1,000 resamples of (days|trades) in blocks of \d+\.\d", figure.how)


def test_the_lab_and_the_report_tell_one_figure_with_one_interval(test: Backtest, result: LabResult) -> None:
    found = test.run()
    told = summarised(test, found, run_contenders(test, found, default_rng(0), 50, times=()), REQUEST.seed)
    report = {each.key: each for each in (*told.curves[0].figures, *told.figures, *told.strategy.figures)}
    lab, names = named(result), {"hit_rate_pct": "trade_hit_rate_pct", "mean_net_pct": "mean_net_signal_pct"}
    for code in ("return_pct", "sharpe", "calmar", "beyond_hold", "profit_factor", "fees", *names):
        other = report[names.get(code, code)]
        figure = lab[code]
        assert (figure.value, figure.low, figure.high, figure.n) == (other.value, other.low, other.high, other.count)
    held = {each.code: each for each in result.benchmarks[0].figures}
    assert held["sharpe"].low == told.curves[1].figures[4].low is not None


def test_buy_and_hold_chance_and_the_best_source_stand_beside_it(result: LabResult) -> None:
    assert [one.name for one in result.benchmarks][:2] == ["buy and hold", "random entry"]
    assert result.benchmarks[2].name.endswith(" alone")
    assert [curve.name for curve in result.curves] == ["account", "buy and hold"]
    held = {each.code: each.value for each in result.benchmarks[0].figures}
    assert held["final_equity"] == result.curves[1].values[-1]


def test_rules_that_stopped_something_are_counted_with_their_stage(result: LabResult) -> None:
    stages = {rule.stage for rule in result.rules}
    assert "consensus" in stages
    assert all(rule.count > 0 for rule in result.rules)


def test_of_signals_alone_there_is_no_account(test: Backtest) -> None:
    alone = lab_report(msgspec.structs.replace(REQUEST, kind="strategy"), test, default_rng(0), 50)
    assert (alone.trades, alone.curves, alone.benchmarks) == ((), (), ())
    told = summary(alone)
    assert (told.return_pct, told.trades) == (None, None)
    assert told.signals == named(alone)["signals"].value


def test_a_list_shows_what_the_result_says(result: LabResult) -> None:
    told = summary(result)
    assert told.return_pct == named(result)["return_pct"].value
    assert told.trades == len(result.trades)


def test_a_period_without_a_single_trade_says_nothing_instead_of_a_number() -> None:
    quiet = Backtest.of([walk("AAA", 1)], end=datetime(2015, 1, 20, tzinfo=UTC))
    figures = named(lab_report(REQUEST, quiet, default_rng(0), 50))
    assert (figures["trades"].value, figures["hit_rate_pct"].value, figures["profit_factor"].value) == (0, None, None)
    assert figures["sharpe"].low is None


def test_what_is_taken_for_granted_is_said(result: LabResult) -> None:
    said = " ".join(result.assumptions)
    assert "with 0.05 % slippage, 0 % spread and 0.1 % fee for each side" in said
    assert "The account begins with 100,000.00" in said
    assert "seed 0" in said
