"""Every figure of the track record, against literal values and against the same reckoned with numpy."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from alpine_core.model import DayClose
from alpine_core.track_record import Costs, Selection, Terms, TrackRecord, track_record, wilson
from alpine_core.track_record.performance import band_name
from tests.alpine.core.track_record.ended import START, ended, many

DAY = START.date()


@pytest.mark.parametrize(
    ("won", "of", "low", "high"),
    [
        # Newcombe (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_rate_has_wilsons_interval(won: int, of: int, low: float, high: float) -> None:
    rate = wilson(won, of)
    assert (rate.share, rate.enough) == (won / of, of >= 30)
    assert rate.low == pytest.approx(low, abs=6e-5)
    assert rate.high == pytest.approx(high, abs=6e-5)


def test_of_nothing_no_share_is_told() -> None:
    assert wilson(0, 0) == (0, 0, None, None, None)
    record = track_record([], Terms(), {})
    assert (record.overall.mean_net_pct, record.overall.profit_factor, record.overall.best) == (None, None, None)
    assert (record.equity.curve, record.equity.sharpe, record.hold.curve, record.months) == ((), None, (), ())
    assert (record.by_probability.bins, record.by_probability.brier) == ((), None)


def net_values(record: TrackRecord) -> Any:
    return np.array([each.net_pct for each in record.results])


def test_a_small_record_by_hand() -> None:
    closed = [ended(1, 10.0, hours=1), ended(2, -5.0, hours=30), ended(3, 1.0, hours=31)]
    record = track_record(closed, Terms(stake_pct=50.0), {})
    # 100 → 105 → 102.375 → 102.886875
    assert [(each.day, round(each.value, 6)) for each in record.equity.curve] == [
        (date(2026, 1, 5), 105.0),
        (date(2026, 1, 6), 102.886875),
    ]
    assert record.equity.max_drawdown_pct == pytest.approx(2.5)
    assert record.overall.profit_factor == pytest.approx(2.2)
    assert record.overall.mean_net_pct == pytest.approx(2.0)
    assert (record.overall.low, record.overall.high, record.equity.sharpe) == (None, None, None)
    assert record.overall.won[:2] == (2, 3)
    assert record.overall.best is not None
    assert record.overall.worst is not None
    assert (record.overall.best.signal.signal_id, record.overall.worst.signal.signal_id) == ("S-1", "S-2")
    assert [(each.month, each.won[:2], round(each.change_pct, 6)) for each in record.months] == [
        ("2026-01", (2, 3), 2.886875)
    ]


def test_what_the_provider_states_as_costs_counts_and_else_what_is_assumed() -> None:
    closed = [ended(1, 1.0, gross_pct=1.5), ended(2, gross_pct=1.5, stated_net_pct=None)]
    nets = {
        name: [round(each.net_pct, 9) for each in track_record(closed, Terms(costs=costs), {}).results]
        for name, costs in {
            "default": Costs(),
            "assumed": Costs(assumed_pct=0.7),
            "always": Costs(assumed_pct=0.7, always=True),
            "nothing": Costs(assumed_pct=0.0, always=True),
        }.items()
    }
    assert nets == {"default": [1.0, 1.3], "assumed": [1.0, 0.8], "always": [0.8, 0.8], "nothing": [1.5, 1.5]}


def test_a_result_that_only_costs_turn_into_a_loss_is_not_won() -> None:
    record = track_record([ended(1, -0.05, gross_pct=0.05)], Terms(), {})
    assert record.overall.won[:2] == (0, 1)


def test_a_signal_that_ended_without_a_price_is_counted_and_in_no_figure() -> None:
    record = track_record([ended(1), ended(2, gross_pct=None, stated_net_pct=None, result="cancelled")], Terms(), {})
    assert (record.closed, record.without_result, record.overall.count) == (2, 1, 1)
    assert record.endings == {"cancelled": 1, "target": 1}


@pytest.mark.parametrize("stake", [1.0, 10.0, 100.0])
def test_all_figures_are_those_of_numpy(stake: float) -> None:
    closed = many(400)
    record = track_record(closed, Terms(stake_pct=stake), {})
    taken = [each for each in closed if each.gross_pct is not None]
    taken.sort(key=lambda each: (each.closed_at, each.cursor))
    gross = np.array([each.gross_pct for each in taken], dtype=float)
    stated = np.array([np.nan if each.stated_net_pct is None else each.stated_net_pct for each in taken])
    net = np.where(np.isnan(stated), gross - 0.2, stated)
    overall = record.overall
    assert overall.won[:2] == (int((net > 0).sum()), len(net))
    assert overall.mean_net_pct == pytest.approx(net.mean(), rel=1e-9)
    reach = 1.959964 * net.std(ddof=1) / math.sqrt(len(net))
    assert overall.low == pytest.approx(net.mean() - reach, rel=1e-9)
    assert overall.high == pytest.approx(net.mean() + reach, rel=1e-9)
    assert overall.profit_factor == pytest.approx(net[net > 0].sum() / -net[net < 0].sum(), rel=1e-9)
    values = 100 * np.cumprod(1 + stake / 100 * net / 100)
    heights = np.maximum.accumulate(np.concatenate([[100.0], values]))[1:]
    assert record.equity.max_drawdown_pct == pytest.approx((100 * (1 - values / heights)).max(), rel=1e-9)
    ends = np.array([each.closed_at.date().toordinal() for each in taken])
    first = min(each.opened_at for each in taken).date().toordinal()
    days = np.arange(first, ends.max() + 1)
    upto = np.searchsorted(ends, days, side="right")
    daily = np.concatenate([[100.0], values])[upto]
    assert [each.value for each in record.equity.curve] == pytest.approx(list(daily), rel=1e-9)
    returns = np.diff(np.concatenate([[100.0], daily])) / np.concatenate([[100.0], daily])[:-1]
    assert record.equity.sharpe is not None
    ratio = returns.mean() / returns.std(ddof=1)
    assert record.equity.sharpe.ratio == pytest.approx(ratio * math.sqrt(365), rel=1e-9)
    spread = 1.959964 * math.sqrt((1 + ratio**2 / 2) / len(returns)) * math.sqrt(365)
    assert record.equity.sharpe.high - record.equity.sharpe.ratio == pytest.approx(spread, rel=1e-9)


def test_the_reliability_bins_and_the_brier_score_are_those_of_numpy() -> None:
    record = track_record(many(400), Terms(), {})
    known = [each for each in record.results if each.signal.win_probability is not None]
    promise = np.array([each.signal.win_probability for each in known], dtype=float)
    won = np.array([each.gross_pct > 0 for each in known], dtype=float)
    assert record.by_probability.brier == pytest.approx(((promise - won) ** 2).mean(), rel=1e-9)
    assert (record.by_probability.count, len(record.by_probability.bins)) == (len(known), 10)
    for number, each in enumerate(record.by_probability.bins):
        within = (promise >= number / 10) & (promise < (number + 1) / 10)
        assert (each.won.won, each.won.of) == (won[within].sum(), within.sum())
        assert each.promised == pytest.approx(promise[within].mean(), rel=1e-9)
    assert sum(each.won.of for each in record.by_confidence.bins) == len(record.results)


@pytest.mark.parametrize(
    ("confidence", "band"),
    [(0.0, "00 to 50"), (74.99, "70 to 75"), (75.0, "75 to 80"), (95.0, "95 to 100"), (100.0, "95 to 100")],
)
def test_a_band_begins_with_its_lower_edge(confidence: float, band: str) -> None:
    assert band_name(confidence) == band


def test_groups_add_up_to_the_whole() -> None:
    record = track_record(many(200), Terms(), {})
    for groups in (record.by_symbol, record.by_regime, record.by_band):
        assert sum(each.performance.count for each in groups) == record.overall.count
        assert sum(each.performance.won.won for each in groups) == record.overall.won.won
    assert [each.name for each in record.by_regime] == ["BEAR", "BULL", "CHOP", "not told"]
    assert sum(each.won.of for each in record.months) == record.overall.count


def test_holding_buys_each_symbol_at_its_first_close_and_keeps_it() -> None:
    days = [DAY + timedelta(days=number) for number in range(3)]
    closes = {
        "AAPL": (DayClose(day=days[0], close=100.0), DayClose(day=days[2], close=120.0)),
        "MSFT": (DayClose(day=days[1], close=50.0), DayClose(day=days[2], close=40.0)),
        "GONE": (),
    }
    symbols = [ended(number, hours=50.0, symbol=name) for number, name in enumerate([*closes, "NEVER"])]
    hold = track_record(symbols, Terms(), closes).hold
    assert [day for day, _ in hold.curve] == days
    assert [value for _, value in hold.curve] == pytest.approx([100.0, 100.0, 100.0])
    assert (hold.held, hold.unpriced) == (("AAPL", "MSFT"), ("GONE", "NEVER"))
    alone = track_record(symbols[:1], Terms(), closes).hold
    assert [value for _, value in alone.curve] == [100.0, 100.0, 120.0]


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (Selection(), 4),
        (Selection(symbols=frozenset({"MSFT"})), 1),
        (Selection(since=DAY + timedelta(days=1)), 2),
        (Selection(until=DAY), 2),
        (Selection(min_confidence=90.0), 2),
        (Selection(max_confidence=90.0), 3),
        (Selection(regime="BEAR"), 1),
        (Selection(action="SELL"), 1),
        (Selection(min_confidence=90.0, action="BUY"), 2),
        (Selection(regime="BULL"), 0),
    ],
)
def test_a_selection_takes_what_fits_and_its_edges(selection: Selection, found: int) -> None:
    closed = [
        ended(1, confidence=90.0),
        ended(2, symbol="MSFT", action="SELL"),
        ended(3, hours=24, regime="BEAR"),
        ended(4, hours=48, confidence=95.0),
    ]
    assert track_record(closed, Terms(selection=selection), {}).closed == found


def test_a_capital_that_is_gone_stays_gone() -> None:
    record = track_record([ended(1, -150.0, hours=1), ended(2, 50.0, hours=2)], Terms(stake_pct=100.0), {})
    assert (record.equity.curve[-1].value, record.equity.max_drawdown_pct) == (0.0, 100.0)
    assert record.months[0].change_pct == -100.0
