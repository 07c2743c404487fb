"""The batch kernels equal TA-Lib 0.8, NaN pattern included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.measures.adx import adx
from argo_core.measures.atr import atr
from argo_core.measures.bollinger import bollinger
from argo_core.measures.macd import macd
from argo_core.measures.rsi import rsi
from tests.argo.measures.bar_histories import Floats, History, histories, random_walk

talib = pytest.importorskip("talib", reason="TA-Lib is the oracle of these tests and is not installed here")


def oracle(name: str, *series: Floats, **settings: float) -> tuple[Floats, ...]:
    # TA-Lib refuses to work on nothing; nothing in, nothing out.
    if series[0].size == 0:
        return (series[0], series[0], series[0])
    result = getattr(talib, name)(*series, **settings)
    return result if isinstance(result, tuple) else (result,)


def assert_equal(ours: Floats, theirs: Floats, scale: float) -> None:
    """1e-9 relative; `scale` is what the value is a difference of, so that a zero crossing is not asked for digits."""
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12 * scale, equal_nan=True)


def level(history: History) -> float:
    return float(np.abs(history.close).max(initial=1.0))


@given(histories(), st.integers(2, 30))
def test_rsi_is_talibs(history: History, period: int) -> None:
    assert_equal(rsi(history.close, period), oracle("RSI", history.close, timeperiod=period)[0], 100)


@given(histories(), st.integers(2, 15), st.integers(1, 15), st.integers(2, 12))
def test_macd_is_talibs(history: History, fast: int, more: int, signal: int) -> None:
    ours = macd(history.close, fast, fast + more, signal)
    theirs = oracle("MACD", history.close, fastperiod=fast, slowperiod=fast + more, signalperiod=signal)
    for mine, other in zip(ours, theirs, strict=True):
        assert_equal(mine, other, level(history))


@given(histories(), st.integers(2, 30))
def test_atr_is_talibs(history: History, period: int) -> None:
    assert_equal(atr(*history.series, period), oracle("ATR", *history.series, timeperiod=period)[0], level(history))


@given(histories(), st.integers(2, 30))
def test_adx_and_its_two_indicators_are_talibs(history: History, period: int) -> None:
    ours = adx(*history.series, period)
    for mine, name in zip(ours, ("ADX", "PLUS_DI", "MINUS_DI"), strict=True):
        assert_equal(mine, oracle(name, *history.series, timeperiod=period)[0], 1000)


@given(histories(), st.integers(2, 30), st.sampled_from([0.0, 1.0, 2.0, 2.5]))
def test_bollinger_bands_are_talibs(history: History, period: int, deviations: float) -> None:
    ours = bollinger(history.close, period, deviations)
    theirs = oracle("BBANDS", history.close, timeperiod=period, nbdevup=deviations, nbdevdn=deviations)
    for mine, other in zip(ours, theirs, strict=True):
        # A deviation is a root of what may be rounding noise: half the digits in a flat window.
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9 * level(history), equal_nan=True)


@pytest.mark.parametrize("seed", range(3))
def test_standard_settings_on_long_histories_are_talibs_to_nine_digits(seed: int) -> None:
    history = random_walk(seed, 4, 3000)
    for row in range(4):
        bars = tuple(series[row] for series in history.series)
        pairs = [
            (rsi(history.close), oracle("RSI", bars[2])[0]),
            (atr(*history.series), oracle("ATR", *bars)[0]),
            *zip(
                adx(*history.series), [oracle(name, *bars)[0] for name in ("ADX", "PLUS_DI", "MINUS_DI")], strict=True
            ),
            *zip(
                bollinger(history.close),
                oracle("BBANDS", bars[2], timeperiod=20, nbdevup=2.0, nbdevdn=2.0),
                strict=True,
            ),
        ]
        for ours, theirs in pairs:
            np.testing.assert_allclose(ours[row], theirs, rtol=1e-9, atol=0, equal_nan=True)
