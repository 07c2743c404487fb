"""Plain runs by hand, and what the door refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from argo_core.backtest.plain_account import walk
from argo_core.backtest.plain_backtest import PlainPace, cross_runs, signal_runs
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.errors import ConfigError, DataError
from argo_core.measures.compiled import has_compiler

PACES = [PlainPace(compiled=False), *([PlainPace(compiled=True)] if has_compiler() else [])]
TERMS = PlainTerms(start_cash=1_000.0, units=2.0, fee_ratio=0.01)
OPENS = np.array([10.0, 11.0, 12.0, 14.0, 13.0, 16.0])
CLOSES = np.array([10.5, 11.5, 13.0, 13.5, 15.0, 17.0])


def flags(*bars: int, length: int = 6) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.isin(np.arange(length), bars)


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
@pytest.mark.parametrize(
    ("entries", "exits", "equity", "bars"),
    [
        # 2 × 11 and 1 % paid, 2 × 13 less 1 % received
        ((0,), (3,), 1_000 - 22.22 + 25.74, [1, 4]),
        # still open: two at the last close of 17
        ((0,), (), 1_000 - 22.22 + 34.0, [1]),
        # a signal on the last bar never fills, nor an exit without a position
        ((5,), (1,), 1_000.0, []),
        # both at once: enters with nothing held, leaves with something held
        ((0, 2), (0, 2), 1_000 - 22.22 + 27.72, [1, 3]),
    ],
)
def test_orders_fill_at_the_next_open(
    entries: tuple[int, ...], exits: tuple[int, ...], equity: float, bars: list[int], pace: PlainPace
) -> None:
    runs = signal_runs(OPENS, CLOSES, flags(*entries), flags(*exits), terms=TERMS, fills=True, pace=pace)
    assert runs.final_equity[0, 0] == pytest.approx(equity, abs=1e-9)
    assert runs.fill_bars is not None
    assert runs.fill_bars[0].tolist() == bars
    assert runs.headline is None


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
def test_an_entry_beyond_the_cash_is_refused_and_a_later_one_may_fill(pace: PlainPace) -> None:
    poor = PlainTerms(start_cash=23.0, units=2.0, fee_ratio=0.01)
    opens = np.array([10.0, 12.0, 11.0, 11.0, 11.0, 11.0])
    runs = signal_runs(opens, CLOSES, flags(0, 1), flags(), terms=poor, pace=pace)
    assert (runs.entries[0, 0], runs.refused[0, 0]) == (1, 1)
    assert runs.final_equity[0, 0] == pytest.approx(23.0 - 22.22 + 34.0)


def test_the_definition_tells_each_fill() -> None:
    account = walk(OPENS.tolist(), CLOSES.tolist(), flags(0).tolist(), flags(3).tolist(), TERMS)
    assert [(fill.bar, fill.units, fill.price) for fill in account.fills] == [(1, 2.0, 11.0), (4, -2.0, 13.0)]
    assert account.equity[0] == 1_000.0
    assert account.equity[1] == pytest.approx(1_000 - 22.22 + 23.0)


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
def test_a_flat_price_never_crosses(pace: PlainPace) -> None:
    flat = np.full(20_000, 0.1)
    runs = cross_runs(flat, flat, 10, 30, headline=True, pace=pace)
    assert runs.entries[0, 0] == 0
    assert runs.headline is not None
    assert np.isnan(runs.headline.sharpe[0, 0])
    assert np.isnan(runs.headline.win_rate[0, 0])
    assert runs.headline.max_drawdown[0, 0] == 0.0


@pytest.mark.parametrize("pace", PACES, ids=lambda pace: "compiled" if pace.compiled else "numpy")
@pytest.mark.parametrize("bars", [1, 2, 29, 30, 31])
def test_too_short_a_history_has_no_entry(bars: int, pace: PlainPace) -> None:
    rising = np.linspace(10.0, 20.0, bars)
    runs = cross_runs(rising, rising, 10, 30, headline=True, fills=True, pace=pace)
    assert runs.entries[0, 0] == 0
    assert runs.final_equity[0, 0] == 100_000.0


GOOD = np.full((2, 6), 10.0)
SIGNALS = np.zeros((2, 6), dtype=np.bool_)


def spoiled(value: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    prices = GOOD.copy()
    prices[1, 4] = value
    return prices


@pytest.mark.parametrize(
    ("call", "code"),
    [
        *((lambda value=value: cross_runs(GOOD, spoiled(value), 1, 2), "bad_price") for value in
          (float("nan"), float("inf"), 0.0, -1.0, 1e101)),
        (lambda: cross_runs(spoiled(float("nan")), GOOD, 1, 2), "bad_price"),
        (lambda: cross_runs(GOOD.astype(str), GOOD, 1, 2), "bad_price"),
        (lambda: cross_runs(GOOD > 1, GOOD, 1, 2), "bad_price"),
        (lambda: cross_runs(GOOD[0], GOOD, 1, 2), "bad_shape"),
        (lambda: cross_runs([], [], 1, 2), "bad_shape"),
        (lambda: cross_runs(1.0, 1.0, 1, 2), "bad_shape"),
        (lambda: cross_runs(GOOD[None], GOOD[None], 1, 2), "bad_shape"),
        (lambda: cross_runs(GOOD, GOOD, 2, 2), "bad_period"),
        (lambda: cross_runs(GOOD, GOOD, 0, 2), "bad_period"),
        (lambda: cross_runs(GOOD, GOOD, 1.5, 2), "bad_period"),
        (lambda: cross_runs(GOOD, GOOD, [1, 2], [3, 4, 5]), "bad_period"),
        (lambda: cross_runs(GOOD, GOOD, [], []), "bad_period"),
        (lambda: signal_runs(GOOD, GOOD, SIGNALS, SIGNALS[:1]), "bad_signals"),
        (lambda: signal_runs(GOOD, GOOD, SIGNALS[0], SIGNALS[0]), "bad_signals"),
        (lambda: signal_runs(GOOD, GOOD, SIGNALS.astype(int), SIGNALS.astype(int)), "bad_signals"),
        (lambda: PlainTerms(fee_ratio=1.0), "bad_terms"),
        (lambda: PlainTerms(units=0.0), "bad_terms"),
        (lambda: PlainTerms(start_cash=float("nan")), "bad_terms"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused_in_one_line(call: Callable[[], object], code: str) -> None:
    with pytest.raises(DataError) as refused:
        call()
    assert refused.value.code == code
    assert "\n" not in str(refused.value)


def test_the_bad_bar_is_named() -> None:
    with pytest.raises(DataError, match=r"^symbol 1, bar 4: close is nan"):
        cross_runs(GOOD, spoiled(float("nan")), 1, 2)


def test_compiled_runs_are_only_given_where_there_is_a_compiler() -> None:
    if has_compiler():
        assert cross_runs(GOOD, GOOD, 1, 2, pace=PlainPace(compiled=True)).entries.tolist() == [[0], [0]]
    else:
        with pytest.raises(ConfigError, match="install argo-core"):
            cross_runs(GOOD, GOOD, 1, 2, pace=PlainPace(compiled=True))
