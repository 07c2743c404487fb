"""The readings of a panel: their definitions, their causality, their symmetry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import SupportsFloat

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from argo_core.measures.adx import adx
from argo_core.measures.atr import atr
from argo_core.measures.bollinger import bollinger
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.features import BARS_NEEDED, Features
from argo_core.measures.macd import macd
from argo_core.measures.rsi import rsi
from tests.argo.measures.bar_histories import Floats, History, panels, random_walk

NAMES = [field.name for field in fields(Features)]

# Each reading in the plainest words: the arguments are the highs, lows and closes of the bars 0…t of one symbol.
DEFINITIONS: dict[str, Callable[[Floats, Floats, Floats], SupportsFloat]] = {
    "close": lambda _high, _low, close: close[-1],
    "bb_std": lambda _high, _low, close: np.std(close[-20:]),
    "sma50": lambda _high, _low, close: np.mean(close[-50:]),
    "sma50_lag5": lambda _high, _low, close: np.mean(close[-55:-5]),
    "sigma20": lambda _high, _low, close: np.std(np.diff(close)[-20:]),
    "change5": lambda _high, _low, close: close[-1] - close[-6],
    "change20": lambda _high, _low, close: close[-1] - close[-21],
    "prior_high20": lambda high, _low, _close: high[-21:-1].max(),
    "prior_low20": lambda _high, low, _close: low[-21:-1].min(),
    "closing_strength3": lambda high, low, close: np.mean(
        [
            (2 * at - top - foot) / (top - foot) if top > foot else 0.0
            for top, foot, at in zip(high[-3:], low[-3:], close[-3:], strict=True)
        ]
    ),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_reading_is_what_its_definition_says(name: str) -> None:
    history = random_walk(11, 3, 120)
    found = getattr(feature_panel(*history.series), name)
    for row in range(3):
        for bar in range(120):
            seen = tuple(values[row, : bar + 1] for values in history.series)
            expected = float(DEFINITIONS[name](*seen)) if bar + 1 >= BARS_NEEDED[name] else np.nan
            assert found[row, bar] == pytest.approx(expected, rel=1e-12, abs=1e-14, nan_ok=True)


def test_the_indicators_of_a_panel_are_the_kernels() -> None:
    history = random_walk(12, 3, 120)
    panel = feature_panel(*history.series)
    pairs = {
        "rsi": rsi(history.close),
        **dict(zip(("macd", "macd_signal", "macd_hist"), macd(history.close), strict=True)),
        "atr": atr(*history.series),
        **dict(zip(("adx", "plus_di", "minus_di"), adx(*history.series), strict=True)),
        **dict(zip(("bb_upper", "bb_middle", "bb_lower"), bollinger(history.close), strict=True)),
    }
    assert {*pairs, *DEFINITIONS, "bars_seen"} == {*NAMES}
    for name, values in pairs.items():
        np.testing.assert_array_equal(getattr(panel, name), values, err_msg=name)


def test_closing_strength_by_hand() -> None:
    # Closed on the high, in the middle, without range, a quarter above the low.
    panel = feature_panel([2.0, 2.0, 1.0, 5.0], [1.0, 1.0, 1.0, 1.0], [2.0, 1.5, 1.0, 2.0])
    np.testing.assert_array_equal(panel.closing_strength3, [np.nan, np.nan, 1 / 3, -0.5 / 3])


def test_bars_are_counted_from_a_rows_first_bar() -> None:
    close = [[1.0, 2.0, 3.0], [np.nan, np.nan, 3.0], [np.nan] * 3]
    assert feature_panel(close, close, close).bars_seen.tolist() == [[1, 2, 3], [0, 0, 1], [0, 0, 0]]


@given(panels(), st.data())
def test_later_bars_move_no_reading(history: History, data: st.DataObject) -> None:
    time = history.close.shape[1]
    cut = data.draw(st.integers(1, time), label="bars kept")
    whole = feature_panel(*history.series)
    later = np.arange(time) >= cut
    shock = data.draw(st.sampled_from([-3.0, 0.001, 50.0]), label="shock")
    assume(not np.isnan(history.close[:, :cut]).all())
    shortened = feature_panel(*(values[:, :cut] for values in history.series))
    perturbed = feature_panel(*(np.where(later, values + shock, values) for values in history.series))
    # Masked: the later bars repeat the last one that may be known; a row that begins later has no bar at all.
    masked = feature_panel(*(np.where(later, values[:, cut - 1 : cut], values) for values in history.series))
    for name in NAMES:
        expected = getattr(whole, name)[:, :cut]
        for other in (shortened, perturbed, masked):
            np.testing.assert_array_equal(getattr(other, name)[:, :cut], expected, err_msg=name)


@given(panels())
def test_a_mirrored_history_gives_mirrored_readings(history: History) -> None:
    panel = feature_panel(*history.series)
    mirror = feature_panel(-history.low, -history.high, -history.close)
    for name in (
        "close",
        "macd",
        "macd_signal",
        "macd_hist",
        "bb_middle",
        "sma50",
        "sma50_lag5",
        "change5",
        "change20",
    ):
        np.testing.assert_array_equal(getattr(mirror, name), -getattr(panel, name), err_msg=name)
    np.testing.assert_array_equal(mirror.closing_strength3, -panel.closing_strength3)
    for name in ("atr", "adx", "bb_std", "sigma20", "bars_seen"):
        np.testing.assert_array_equal(getattr(mirror, name), getattr(panel, name), err_msg=name)
    for name, partner in (("plus_di", "minus_di"), ("minus_di", "plus_di")):
        np.testing.assert_array_equal(getattr(mirror, name), getattr(panel, partner), err_msg=name)
    for name, partner in (("bb_upper", "bb_lower"), ("prior_high20", "prior_low20"), ("bb_lower", "bb_upper")):
        np.testing.assert_array_equal(getattr(mirror, name), -getattr(panel, partner), err_msg=name)
    moved = panel.rsi > 0
    np.testing.assert_allclose(mirror.rsi[moved], 100 - panel.rsi[moved], atol=1e-11)


def test_the_panel_does_not_follow_the_callers_array() -> None:
    high, low, close = (np.asfortranarray(values) for values in random_walk(1, 2, 30).series)
    panel = feature_panel(high, low, close)
    kept = panel.close.copy()
    close[:] = 0.0
    np.testing.assert_array_equal(panel.close, kept)
