"""What a follower would have got, rule by rule."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from alpine_core.simulator import FollowPlan, PriceBook, RecordedSignal, Simulation, Sizing, simulate
from alpine_core.simulator.price_book import bar_seconds
from tests.alpine.core.simulator.records import HOUR, START, bar_of, ended, signal_of

PLAN = FollowPlan(capital=1000.0, sizing=Sizing.FIXED, size=100.0)


def run(*signals: RecordedSignal, bars: Any = (), **changed: Any) -> Simulation:
    return simulate(signals, PriceBook(bars), msgspec.structs.replace(PLAN, **changed))


def test_at_once_and_without_costs_a_trade_is_the_published_one() -> None:
    found = run(signal_of(ending=ended()))
    (trade,) = found.trades
    assert (trade.entry_price, trade.exit_price, trade.exit, trade.net, trade.net_pct) == (100, 110, "target", 10, 10)
    assert (trade.entered_at, trade.exited_at) == (START, START + 5 * HOUR)
    assert (found.figures.final_equity, found.figures.return_pct) == (1010.0, 1.0)
    assert found.figures == found.published


def test_a_short_trade_gains_when_the_price_falls() -> None:
    short = signal_of(is_long=False, target_price=90.0, stop_price=105.0, ending=ended("target", 90.0))
    assert run(short).trades[0].net == 10.0


def test_after_a_delay_the_first_bar_s_open_is_the_fill() -> None:
    found = run(signal_of(ending=ended()), bars=[bar_of(0, 99), bar_of(1, 102), bar_of(2, 104)], delay_seconds=1800.0)
    (trade,) = found.trades
    assert (trade.entry_price, trade.entered_at, trade.net) == (102.0, START + HOUR, 7.84)
    assert found.published.final_equity == 1010.0


SKIPPED: dict[str, tuple[RecordedSignal, Any, dict[str, Any]]] = {
    "no_mark": (signal_of(ending=ended()), [bar_of(0, 99)], {"delay_seconds": 60.0}),
    "ended_before": (signal_of(ending=ended(hours=1)), [bar_of(1, 99)], {"delay_seconds": 60.0}),
    "level_passed": (signal_of(ending=ended(hours=9)), [bar_of(1, 110)], {"delay_seconds": 60.0}),
    "no_exit_price": (signal_of(ending=ended("cancelled", None)), [], {}),
    "no_stop": (signal_of(stop_price=None, ending=ended()), [], {"sizing": Sizing.RISK, "size": 1.0}),
    "no_cash": (signal_of(ending=ended()), [], {"fee_fixed": 1000.0}),
}


@pytest.mark.parametrize("reason", SKIPPED)
def test_what_is_not_traded_is_counted_with_its_reason(reason: str) -> None:
    signal, bars, changed = SKIPPED[reason]
    found = run(signal, bars=bars, **changed)
    assert [each.reason.value for each in found.skipped] == [reason]
    assert (found.trades, found.figures.final_equity, found.signals) == ((), 1000.0, 1)


def test_more_trades_than_allowed_are_left_out_until_one_has_ended() -> None:
    later = signal_of(3, at=START + 5 * HOUR, ending=ended(hours=7))
    found = run(signal_of(1, ending=ended()), signal_of(2, ending=ended()), later, max_open=1)
    assert [each.signal_id for each in found.trades] == ["SIG-1", "SIG-3"]
    assert [(each.signal_id, each.reason.value) for each in found.skipped] == [("SIG-2", "max_open")]


BARS = {
    "stop": ([bar_of(1, 100, 101, 94, 96)], "stop_by_bars", 95.0, False),
    "target": ([bar_of(1, 100, 111, 99, 105)], "target_by_bars", 110.0, False),
    "both, so the stop": ([bar_of(1, 100, 111, 94, 105)], "stop_by_bars", 95.0, True),
    "a gap through the stop": ([bar_of(1, 90, 96, 89, 95)], "stop_by_bars", 90.0, False),
    "a gap through the target": ([bar_of(1, 115, 116, 94, 95)], "target_by_bars", 115.0, False),
}


@pytest.mark.parametrize("case", BARS)
def test_bars_end_what_the_record_has_not_ended_yet(case: str) -> None:
    bars, word, price, ambiguous = BARS[case]
    (trade,) = run(signal_of(), bars=[bar_of(0, 100), *bars]).trades
    assert (trade.exit, trade.exit_price, trade.ambiguous) == (word, price, ambiguous)


def test_bars_from_before_the_signal_end_nothing() -> None:
    found = run(signal_of(), bars=[bar_of(-1, 90), bar_of(1, 104)])
    assert (found.trades, found.open[0].mark_price, found.open[0].unrealised) == ((), 104.0, 4.0)
    assert (found.figures.final_equity, found.curve[-1].followed) == (1004.0, 1004.0)


def test_without_a_bar_an_open_trade_is_worth_what_it_cost() -> None:
    found = run(signal_of(), bars=[bar_of(-1, 90)])
    assert (found.open[0].mark_price, found.open[0].unrealised, found.figures.final_equity) == (None, 0.0, 1000.0)


def test_an_end_by_the_horizon_is_learnt_as_late_as_the_beginning() -> None:
    signal, bars = signal_of(ending=ended("expired", 103.0)), [bar_of(1, 100), bar_of(5, 104), bar_of(6, 106)]
    (trade,) = run(signal, bars=bars, delay_seconds=1800.0).trades
    assert (trade.exit, trade.exit_price, trade.exited_at) == ("expired", 106.0, START + 6 * HOUR)
    stopped = run(signal, bars=[bar_of(1, 100), bar_of(5, 104, 105, 90, 95), bar_of(6, 106)], delay_seconds=1800.0)
    assert (stopped.trades[0].exit, stopped.trades[0].exit_price) == ("stop_by_bars", 95.0)
    unknown = run(signal, bars=[bar_of(1, 100), bar_of(5, 104)], delay_seconds=1800.0)
    assert (unknown.trades, unknown.open[0].mark_price) == ((), 104.0)


def test_costs_are_taken_on_both_sides_and_the_target_does_not_slip() -> None:
    found = run(signal_of(ending=ended()), slippage_pct=1.0, fee_pct=0.5, fee_fixed=2.0)
    (trade,) = found.trades
    assert (trade.entry_price, trade.exit_price) == (101.0, 110.0)
    assert (trade.fees, trade.slippage, trade.net) == (3.04, 0.99, 5.87)
    (stopped,) = run(signal_of(ending=ended("stop", 95.0)), slippage_pct=1.0).trades
    assert (stopped.exit_price, stopped.slippage) == (94.05, 1.93)


SIZES: dict[str, tuple[dict[str, Any], float]] = {
    "fixed": ({"sizing": Sizing.FIXED, "size": 250.0}, 250.0),
    "equity": ({"sizing": Sizing.EQUITY, "size": 20.0}, 200.0),
    "risk": ({"sizing": Sizing.RISK, "size": 1.0}, 200.0),
    "never more than there is": ({"sizing": Sizing.FIXED, "size": 5000.0}, 1000.0),
    "risk never more than there is": ({"sizing": Sizing.RISK, "size": 50.0}, 1000.0),
}


@pytest.mark.parametrize("case", SIZES)
def test_a_trade_is_as_large_as_the_plan_says(case: str) -> None:
    changed, value = SIZES[case]
    assert run(signal_of(ending=ended()), **changed).trades[0].value == value


def test_risk_to_the_stop_is_what_is_lost_there() -> None:
    found = run(signal_of(ending=ended("stop", 95.0)), sizing=Sizing.RISK, size=1.0)
    assert found.trades[0].net == -10.0


def test_figures_have_interval_drawdown_and_costs() -> None:
    rows = [signal_of(n, at=START + n * HOUR, ending=ended(*end, n + 0.5)) for n, end in enumerate(
        [("target", 110.0), ("stop", 95.0), ("stop", 95.0), ("target", 110.0)], 1)]  # fmt: skip
    figures = run(*rows).figures
    assert (figures.trades, figures.wins, figures.win_rate_pct) == (4, 2, 50.0)
    assert (figures.win_rate_low_pct, figures.win_rate_high_pct) == (15.0039, 84.9961)
    assert (figures.final_equity, figures.max_drawdown_pct) == (1010.0, 0.9901)


def test_holding_is_an_equal_share_of_each_symbol_and_says_what_it_could_not_buy() -> None:
    other = signal_of(2, symbol="MSFT", ending=ended())
    third = signal_of(3, symbol="NONE", ending=ended())
    bars = [bar_of(0, 100), bar_of(9, 120), bar_of(0, 50, symbol="MSFT"), bar_of(9, 40, symbol="MSFT")]
    found = run(signal_of(ending=ended()), other, third, bars=bars, capital=900.0)
    assert (found.held_final, found.held_return_pct, found.unpriced) == (900.0, 0.0, ("NONE",))
    assert [point.held for point in found.curve] == [900.0, 900.0, 900.0]
    assert run(third).held_final is None


def test_no_signal_makes_an_empty_simulation() -> None:
    found = run()
    assert (found.curve, found.trades, found.figures.final_equity) == ((), (), 1000.0)
    assert (found.figures.win_rate_pct, found.held_final) == (None, None)


def test_the_shortest_bar_of_one_moment_is_the_first() -> None:
    book = PriceBook([bar_of(1, 5, timeframe="1d"), bar_of(1, 6, timeframe="15m"), bar_of(1, 7, timeframe="1h")])
    assert [bar.open for bar in book.between("AAPL", START)] == [6, 7, 5]
    assert (bar_seconds("15m"), bar_seconds("1Mon"), bar_seconds("1q")) == (900, 2_592_000, math.inf)


@pytest.mark.parametrize(
    "changed",
    [
        {"delay_seconds": -1.0},
        {"delay_seconds": math.nan},
        {"capital": math.inf},
        {"capital": 0.0},
        {"fee_pct": 10.5},
        {"size": 0.0},
        {"sizing": Sizing.EQUITY, "size": 101.0},
        {"max_open": 0},
    ],
)
def test_numbers_out_of_range_stop_at_the_door(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"give"):
        FollowPlan(**changed)
