"""Literal values of the kernels, worked out by hand or read from TA-Lib 0.8.2."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.measures.adx import adx
from argo_core.measures.atr import atr
from argo_core.measures.bollinger import bollinger
from argo_core.measures.macd import macd
from argo_core.measures.rsi import rsi
from tests.argo.measures.bar_histories import random_walk

NAN = float("nan")
FLAT = np.full(60, 4.7)
# Read from TA-Lib 0.8.2: RSI; MACD, signal, histogram; ATR; ADX, +DI, -DI; upper, middle, lower band.
LAST_OF_WALK_7 = [
    64.47071877742992,
    0.03029816574165345,
    0.012037577673678185,
    0.018260588067975266,
    0.04911950081375398,
    13.430907153329574,
    48.32658670925879,
    30.143622050590707,
    6.2379499921850705,
    6.078000000000001,
    5.918050007814932,
]


def test_rsi_by_hand() -> None:
    # Gains 1, 0, 2, 0 and losses 0, 1, 0, 3: means 1/2, 1/2; then 5/4, 1/4; then 5/8, 13/8.
    np.testing.assert_allclose(rsi([10.0, 11.0, 10.0, 12.0, 9.0], 2), [NAN, NAN, 50.0, 250 / 3, 250 / 9], rtol=1e-14)


def test_atr_by_hand() -> None:
    high, low, close = [10.0, 12.0, 11.0, 15.0], [9.0, 10.0, 8.0, 14.0], [9.5, 11.0, 9.0, 14.5]
    # True ranges 2.5 (from the close 9.5), 3.0, 6.0 (from the close 9.0); then (2.75 + 6) / 2.
    np.testing.assert_allclose(atr(high, low, close, 2), [NAN, NAN, 2.75, 4.375], rtol=1e-14)


def test_directional_indicators_by_hand() -> None:
    high, low, close = [10.0, 12.0, 12.0, 15.0], [9.0, 10.0, 8.0, 9.0], [9.5, 11.0, 9.0, 12.0]
    # +DM 2, 0, 3; -DM 0, 2, 0; TR 2.5, 4, 6. Sums halve and add: +DM 1, 3.5; -DM 2, 1; TR 5.25, 8.625.
    index, plus, minus = adx(high, low, close, 2)
    np.testing.assert_allclose(plus, [NAN, NAN, 100 / 5.25, 350 / 8.625], rtol=1e-14)
    np.testing.assert_allclose(minus, [NAN, NAN, 200 / 5.25, 100 / 8.625], rtol=1e-14)
    # DX 100 · 1/3 and 100 · 2.5/4.5, their mean.
    np.testing.assert_allclose(index, [NAN, NAN, NAN, 400 / 9], rtol=1e-14)


def test_bollinger_by_hand() -> None:
    upper, middle, lower = bollinger([2.0, 4.0, 6.0, 6.0], 3, 1.5)
    np.testing.assert_allclose(middle, [NAN, NAN, 4.0, 16 / 3], rtol=1e-15)
    np.testing.assert_allclose(upper - middle, [NAN, NAN, 1.5 * np.sqrt(8 / 3), 1.5 * np.sqrt(8 / 9)], rtol=1e-14)
    np.testing.assert_allclose(middle - lower, [NAN, NAN, 1.5 * np.sqrt(8 / 3), 1.5 * np.sqrt(8 / 9)], rtol=1e-14)


def test_macd_by_hand() -> None:
    # Fast: mean of 2, 6 is 4, then k = 2/3; slow: mean of 1, 2, 6 is 3, then k = 1/2; signal: mean of 2, then k = 2/3.
    line, signal, histogram = macd([1.0, 2.0, 6.0, 7.0, 3.0], 2, 3, 2)
    np.testing.assert_allclose(line, [NAN, NAN, NAN, 1.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(signal, [NAN, NAN, NAN, 1.0, 1 / 3], rtol=1e-14)
    np.testing.assert_allclose(histogram, [NAN, NAN, NAN, 0.0, -1 / 3], rtol=1e-14, atol=1e-15)


def test_last_readings_of_a_seeded_walk() -> None:
    history = random_walk(7, 1, 200)
    found = [
        rsi(history.close)[0, -1],
        *(values[0, -1] for values in macd(history.close)),
        atr(*history.series)[0, -1],
        *(values[0, -1] for values in adx(*history.series)),
        *(values[0, -1] for values in bollinger(history.close)),
    ]
    assert found == pytest.approx(LAST_OF_WALK_7, rel=1e-9)


def test_a_flat_series_has_no_strength_no_range_no_direction_and_no_noise() -> None:
    assert rsi(FLAT)[14:].tolist() == [0.0] * 46
    assert atr(FLAT, FLAT, FLAT)[14:].tolist() == [0.0] * 46
    index, plus, minus = adx(FLAT, FLAT, FLAT)
    assert index[27:].tolist() == [0.0] * 33
    assert plus[14:].tolist() == minus[14:].tolist() == [0.0] * 46
    for values in macd(FLAT):
        assert values[33:].tolist() == [0.0] * 27
    upper, middle, lower = bollinger(FLAT)
    assert (upper[19:] == lower[19:]).all()
    np.testing.assert_allclose(middle[19:], 4.7, rtol=1e-15)


def test_adx_keeps_its_value_once_the_directional_sums_have_died_away() -> None:
    # Over two bars the sums halve with each bar without a move, and are 0 after some 1,075 of them.
    high = np.concatenate(([1.0, 2.0], np.full(1500, 2.0)))
    index, plus, minus = adx(high, high - 0.5, high, 2)
    assert plus[2] > 0.0
    assert plus[-1] == minus[-1] == 0.0
    assert set(index[3:].tolist()) == {100.0}


@pytest.mark.parametrize("level", [1e-6, 1.0, 1e9])
def test_bands_of_a_small_move_on_a_high_level_keep_their_digits(level: float) -> None:
    close = level + 2.0**-20 * np.tile([0.0, 1.0], 20)
    upper, _, lower = bollinger(close, 20)
    np.testing.assert_allclose((upper - lower)[19:], 4 * 2.0**-21, rtol=max(1e-9, 4e-16 * level / 2.0**-20))
