"""The live bank: equal to the batch panel bit by bit, whatever order and grouping the bars arrive in."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.errors import DataError
from argo_core.measures.bank import IndicatorBank
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.features import BARS_NEEDED, Features
from tests.argo.measures.bar_histories import History, panels, random_walk

NAMES = [field.name for field in fields(Features)]


def assert_same(found: Features, expected: Features, at: int | slice = slice(None)) -> None:
    """Every field of a bank's snapshot, bit by bit; `at` chooses the bar of a panel."""
    for name in NAMES:
        values = getattr(expected, name)
        values = values[:, at] if values.ndim == 2 else values[at]
        np.testing.assert_array_equal(getattr(found, name), values, err_msg=name)


def alive(history: History, bar: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.flatnonzero(~np.isnan(history.close[:, bar]))


@given(panels(longest=75))
def test_fed_bar_by_bar_it_shows_what_the_panel_shows(history: History) -> None:
    bank = IndicatorBank(history.close.shape[0])
    panel = feature_panel(*history.series)
    for bar in range(history.close.shape[1]):
        rows = alive(history, bar)
        bank.append(rows, history.high[rows, bar], history.low[rows, bar], history.close[rows, bar])
        assert_same(bank.snapshot(), panel, at=bar)


@given(panels(), st.integers(0, 2**32 - 1))
def test_symbols_that_advance_at_different_times_do_not_touch_each_other(history: History, seed: int) -> None:
    symbols, time = history.close.shape
    generator = np.random.default_rng(seed)
    bank = IndicatorBank(symbols)
    next_bar = np.isnan(history.close).sum(axis=1)
    while (next_bar < time).any():
        rows = generator.permutation(np.flatnonzero((next_bar < time) & (generator.random(symbols) < 0.6)))
        bank.append(rows, *(values[rows, next_bar[rows]] for values in history.series))
        next_bar[rows] += 1
    assert_same(bank.snapshot(), feature_panel(*history.series), at=-1)


@given(panels(), st.integers(0, 90))
def test_a_replayed_history_continues_as_if_it_had_been_fed(history: History, cut: int) -> None:
    bank = IndicatorBank(history.close.shape[0])
    bank.replay(None, *(values[:, :cut] for values in history.series))
    for bar in range(cut, history.close.shape[1]):
        rows = alive(history, bar)
        bank.append(rows, *(values[rows, bar] for values in history.series))
    assert_same(bank.snapshot(), feature_panel(*history.series), at=-1)


def test_a_long_history_of_many_symbols_replays_in_parts() -> None:
    history = random_walk(5, 700, 450)
    bank = IndicatorBank(700)
    bank.replay(None, *history.series)
    assert_same(bank.snapshot(), feature_panel(*history.series), at=-1)


def test_a_replay_replaces_what_a_row_held_and_leaves_the_other_rows() -> None:
    old, new = random_walk(1, 4, 80), random_walk(2, 2, 60)
    bank = IndicatorBank(4)
    bank.replay(None, *old.series)
    bank.replay([3, 1], *new.series)
    bank.replay([0], *(values[:1, :0] for values in new.series))
    after = bank.snapshot()
    expected_old, expected_new = feature_panel(*old.series), feature_panel(*new.series)
    for name in NAMES:
        values = getattr(after, name)
        assert values[2] == getattr(expected_old, name)[2, -1], name
        assert values[[3, 1]].tolist() == getattr(expected_new, name)[:, -1].tolist(), name
    assert after.bars_seen.tolist() == [0, 60, 80, 60]
    assert np.isnan(after.close[0])


def test_one_symbol_loads_a_flat_history() -> None:
    history = random_walk(1, 1, 60)
    bank = IndicatorBank(2)
    bank.replay([1], *(values[0] for values in history.series))
    assert bank.snapshot().bars_seen.tolist() == [0, 60]
    assert bank.snapshot().rsi[1] == feature_panel(*history.series).rsi[0, -1]


def test_a_grown_bank_keeps_its_symbols_and_feeds_the_new_ones() -> None:
    history = random_walk(9, 5, 70)
    bank = IndicatorBank(0)
    bank.grow(3)
    bank.replay(None, *(values[:3] for values in history.series))
    bank.grow(2)
    assert bank.size == 5
    bank.replay([3, 4], *(values[3:] for values in history.series))
    assert_same(bank.snapshot(), feature_panel(*history.series), at=-1)


@pytest.mark.parametrize("name", BARS_NEEDED)
def test_a_reading_appears_with_the_bar_it_needs_and_not_before(name: str) -> None:
    history = random_walk(3, 1, 60)
    bank = IndicatorBank(1)
    for bar in range(60):
        bank.append(None, *(values[:, bar] for values in history.series))
        assert np.isnan(getattr(bank.snapshot(), name)[0]) == (bar + 1 < BARS_NEEDED[name])


def test_a_snapshot_neither_changes_nor_can_be_changed() -> None:
    history = random_walk(3, 2, 60)
    bank = IndicatorBank(2)
    bank.replay(None, *(values[:, :59] for values in history.series))
    before = bank.snapshot()
    close, seen = before.close.tolist(), before.bars_seen.tolist()
    bank.append(None, *(values[:, 59] for values in history.series))
    assert before.close.tolist() == close
    assert before.bars_seen.tolist() == seen
    for name in NAMES:
        with pytest.raises(ValueError, match="read-only"):
            getattr(before, name)[0] = 0


REFUSED = {
    "a row named twice": ([1, 1], [2.0, 2.0], "bad_rows"),
    "a row beyond the last": ([0, 3], [2.0, 2.0], "bad_rows"),
    "a negative row": ([-1], [2.0], "bad_rows"),
    "rows that are no whole numbers": ([0.5], [2.0], "bad_rows"),
    "a mask instead of numbers": ([True, False, True], [2.0, 2.0], "bad_rows"),
    "more prices than rows": ([0, 1], [2.0, 2.0, 2.0], "bad_shape"),
    "fewer prices than symbols": (None, [2.0], "bad_shape"),
    "not a number": ([0, 2], [2.0, float("nan")], "not_finite"),
    "infinity": ([0, 2], [2.0, float("inf")], "not_finite"),
}


@pytest.mark.parametrize(("rows", "prices", "code"), REFUSED.values(), ids=REFUSED)
def test_a_refused_bar_changes_nothing(rows: list[int] | None, prices: list[float], code: str) -> None:
    history = random_walk(3, 3, 60)
    bank = IndicatorBank(3)
    bank.replay(None, *history.series)
    before = bank.snapshot()
    with pytest.raises(DataError) as refusal:
        bank.append(rows, prices, prices, prices)
    assert refusal.value.code == code
    assert_same(bank.snapshot(), before)


def test_a_refused_history_changes_nothing() -> None:
    history = random_walk(3, 3, 60)
    bank = IndicatorBank(3)
    bank.replay(None, *history.series)
    before = bank.snapshot()
    broken = history.close.copy()
    broken[1, 5] = np.nan
    for attempt in ((None, history.high, history.low, broken), ([0], *history.series), ([0, 0, 1], *history.series)):
        with pytest.raises(DataError):
            bank.replay(*attempt)
    assert_same(bank.snapshot(), before)


def test_a_bank_of_a_negative_size_is_refused() -> None:
    with pytest.raises(DataError):
        IndicatorBank(-1)


def test_an_append_for_no_symbol_does_nothing() -> None:
    bank = IndicatorBank(2)
    bank.append([], [], [], [])
    assert bank.snapshot().bars_seen.tolist() == [0, 0]
