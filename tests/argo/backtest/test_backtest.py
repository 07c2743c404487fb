"""The public class, as somebody uses it who has frames, a vote function of his own, or a notebook."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from argo_core.backtest import Account, Backtest
from argo_core.backtest.comparisons.buy_and_hold import buy_and_hold
from argo_core.backtest.comparisons.random_entry import random_entry
from argo_core.backtest.comparisons.single_source import sources_alone
from argo_core.backtest.history import History
from argo_core.backtest.own_sessions import sessions_of
from argo_core.backtest.summary import run_and_compare
from argo_core.consensus import ConsensusPolicy
from argo_core.errors import ConfigError, DataError, SourceError
from argo_core.execution.costs import CostPolicy
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.risk import RegularLimits
from argo_core.sources import source
from tests.argo.backtest.markets import walk

FREE = CostPolicy(slippage_pct=0.0, fee_pct=0.0, spread_pct=0.0)
LOOSE = Account.regular(limits=RegularLimits(min_confidence=60.0))
EAGER = ConsensusPolicy(threshold=55.0)
BARS = [walk(symbol, 150, np.random.default_rng(5 + place)) for place, symbol in enumerate(("AAPL", "AMD"))]


@source("month", group=Group.TECHNICAL, weight=1.0)
def month(bars: Bars) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """With the last twenty closes."""
    moves = np.full(len(bars), np.nan)
    moves[20:] = np.log(bars.close[20:] / bars.close[:-20])
    return np.sign(np.nan_to_num(moves)), np.where(np.isnan(moves), np.nan, 90.0)


def test_frames_and_a_function_of_ones_own_are_enough() -> None:
    frames = {bars.symbol: frame(bars) for bars in BARS}
    found = Backtest.of(frames, [month], account=LOOSE).run()
    assert found.quality.signals == len(found.strategy.signals) > 5
    assert found.headline.trades.count == len(found.profit.trades) > 0
    assert found.strategy.signals[0].signal.votes[0].source == "month"
    assert found.headline.curve.final_equity == found.profit.equity[-1]


def test_the_same_backtest_says_the_same_to_the_last_digit() -> None:
    first, second = (Backtest.of(BARS, account=LOOSE, consensus=EAGER).run() for _ in range(2))
    assert first.profit.equity.tolist() == second.profit.equity.tolist()
    assert first.strategy.signals == second.strategy.signals


def test_equity_is_start_cash_and_what_trades_brought() -> None:
    found = Backtest.of(BARS, [month], account=LOOSE).run().profit
    marked = sum(each.quantity * (each.market_price - each.average_price) for each in found.positions)
    sides = [1 if trade.action == "BUY" else -1 for trade in found.trades]
    gains = sum(
        side * (trade.exit_price - trade.entry_price) * trade.quantity
        for side, trade in zip(sides, found.trades, strict=True)
    )
    fees = sum(fill.fee for fill in found.fills)
    assert found.final_equity == pytest.approx(found.start_cash + gains + marked - fees, abs=1e-6)


def test_costs_are_paid_out_of_the_result() -> None:
    free = Backtest.of(BARS, [month], account=Account.regular(costs=FREE)).run().headline
    dear = Backtest.of(BARS, [month], account=Account.regular(costs=CostPolicy(fee_pct=1.0))).run().headline
    assert free.costs.total == 0.0
    assert dear.costs.fees > 0 and dear.costs.slippage > 0
    assert dear.curve.final_equity < free.curve.final_equity


def test_a_period_is_looked_at_and_nothing_else() -> None:
    begin, end = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)
    found = Backtest.of(BARS, [month], begin=begin, end=end).signals()
    assert (found.began_at, found.ended_at) == (
        datetime(2024, 3, 1, 21, tzinfo=UTC),
        datetime(2024, 3, 31, 21, tzinfo=UTC),
    )


def test_nothing_after_a_moment_moves_what_was_decided_by_then() -> None:
    cut = [bars.first(120) for bars in BARS]
    whole, part = (Backtest.of(each, [month], sessions=sessions_of(BARS)).signals() for each in (BARS, cut))
    until = len(part.instants)
    kept = [one.signal for one, at in zip(whole.signals, whole.signal_moment.tolist(), strict=True) if at < until]
    assert kept == [one.signal for one in part.signals]


@pytest.mark.parametrize(
    ("bars", "sources", "error", "words"),
    [
        ([], None, DataError, "at least one symbol"),
        ([BARS[0], BARS[0]], None, DataError, "appears twice"),
        ([Bars.empty("AAPL")], None, DataError, "no bar ends in the period"),
        (BARS, [], ConfigError, "no source is configured"),
    ],
)
def test_what_cannot_be_tested_is_refused_in_one_line(
    bars: list[Bars], sources: list[object] | None, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Backtest.of(bars, sources)  # type: ignore[arg-type]


def test_a_fault_in_a_vote_function_is_told_and_not_counted_as_silence() -> None:
    @source("broken", group=Group.TECHNICAL, weight=1.0)
    def broken(bars: Bars) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        raise ZeroDivisionError("by nought")

    with pytest.raises(SourceError, match="by nought"):
        Backtest.of(BARS, [broken]).signals()


@dataclass(frozen=True)
class Foreign:
    """A third party's source that knows nothing of backtests."""

    spec: SourceSpec = SourceSpec(name="foreign", group=Group.TECHNICAL, weight=1.0)

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        opinion = [month.opinions(bars) if len(bars) > 20 else None for bars in view.bars]
        column = absent_column("foreign", len(view), Absence.WARMING_UP, expected=True)
        for row, told in enumerate(opinion):
            if told is not None and asked[row]:
                column.direction[row], column.confidence[row] = told.direction[-1], told.confidence[-1]
                column.observed_at[row] = column.received_at[row] = view.price_at[row]
                column.price[row], column.absence[row] = view.price[row], Absence.NONE
        return column


async def test_a_third_partys_source_is_shown_each_view_also_where_a_loop_runs() -> None:
    ours, theirs = Backtest.of(BARS, [month]).signals(), Backtest.of(BARS, [Foreign()]).signals()
    assert [one.signal.entry_price for one in theirs.signals] == [one.signal.entry_price for one in ours.signals] != []


def test_holding_pays_for_getting_in_and_goes_with_the_closes() -> None:
    bars = Bars.of("AAPL", "1Day", np.array(["2024-01-01", "2024-01-02"], "datetime64[us]"), np.full((5, 2), 100.0))
    grown = Bars(bars.symbol, bars.timeframe, bars.start, bars.end, bars.values * np.array([1.0, 1.5]))
    history = History.of([grown], grown.end)
    costs = CostPolicy(slippage_pct=1.0, fee_pct=1.0, spread_pct=0.0)
    assert buy_and_hold(history, 1000.0, costs).tolist() == pytest.approx([1000 / 1.0201, 1500 / 1.0201])


def test_random_entries_follow_from_their_seed() -> None:
    test = Backtest.of(BARS, [month])
    profit = test.run().profit
    same = [random_entry(test.history, profit, FREE, np.random.default_rng(7), 200) for _ in range(2)]
    assert same[0] == same[1] != random_entry(test.history, profit, FREE, np.random.default_rng(8), 200)
    assert same[0].low_pct < same[0].median_pct < same[0].high_pct
    assert same[0].trades == len(profit.trades)


def test_the_only_source_alone_is_the_strategy_itself() -> None:
    test = Backtest.of(BARS, [month])
    (alone,) = sources_alone(test.strategy, test.account, test.history)
    assert alone.curve.final_equity == test.run().headline.curve.final_equity


def test_a_summary_counts_every_symbol_at_every_moment_once() -> None:
    test = Backtest.of(BARS, [month])
    found, summary = run_and_compare(test, np.random.default_rng(1), 100)
    counts = summary.strategy.decisions
    assert counts.skipped + counts.vetoed + counts.repeats + counts.published == 2 * 150
    assert summary.denials.judged == counts.published == len(found.strategy.signals)
    assert summary.comparisons.sources_alone[0].source == "month"


def test_sessions_read_off_bars_go_on_behind_them_on_weekdays() -> None:
    sessions = sessions_of(BARS)
    assert sessions.closes[0] == np.datetime64("2024-01-02T21:00")
    after = sessions.closes[sessions.closes > BARS[0].end[-1]]
    assert len(after) > 60 and np.is_busday(after.astype("datetime64[D]")).all()


@dataclass(frozen=True)
class Slow(Foreign):
    """One that really waits."""

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        await asyncio.sleep(0)
        return await Foreign.vote(self, view, asked)


def test_a_source_that_waits_is_waited_for() -> None:
    assert Backtest.of(BARS, [Slow()]).signals().signals == Backtest.of(BARS, [Foreign()]).signals().signals


async def test_where_a_loop_runs_a_source_that_waits_is_refused_with_the_way_out() -> None:
    with pytest.raises(ConfigError, match=r"asyncio\.to_thread"):
        Backtest.of(BARS, [Slow()]).signals()
    assert (await asyncio.to_thread(Backtest.of(BARS, [Slow()]).signals)).signals


def frame(bars: Bars) -> pd.DataFrame:
    """The bars as pandas has them."""
    names = ("Open", "High", "Low", "Close", "Volume")
    return pd.DataFrame(dict(zip(names, bars.values, strict=True)), index=pd.DatetimeIndex(bars.start))
