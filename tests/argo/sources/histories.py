"""Random but sound bars for property tests, and what can be done to them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.features import Features
from argo_core.model.bars import Bars

START = np.datetime64("2026-01-02T15:00", "us")


@st.composite
def histories(draw: st.DrawFn, shortest: int = 60, longest: int = 120) -> Bars:
    """A walk with gaps, flat stretches and jumps, from a seed, so that a failing case is short to show."""
    length = draw(st.integers(shortest, longest))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([1e-4, 1e-3, 1e-2, 5e-2]))
    steps = generator.normal(0, spread, length) * (generator.random(length) > draw(st.sampled_from([0.0, 0.3])))
    steps[generator.integers(0, length)] += draw(st.sampled_from([0.0, 0.1, -0.1]))
    close = np.exp(np.log(draw(st.sampled_from([0.02, 3.0, 175.0, 40_000.0]))) + np.cumsum(steps))
    opened = np.concatenate((close[:1], close[:-1])) * np.exp(generator.normal(0, spread / 3, length))
    high = np.maximum(opened, close) * np.exp(np.abs(generator.normal(0, spread / 2, length)))
    low = np.minimum(opened, close) / np.exp(np.abs(generator.normal(0, spread / 2, length)))
    values = np.array([opened, high, low, close, generator.uniform(0, 1e6, length)])
    return Bars.of("AAPL", "1Min", START + np.arange(length) * np.timedelta64(1, "m"), values)


def features_of(bars: Bars) -> Features:
    """Features on log prices, (T,)."""
    return feature_panel(np.log(bars.high), np.log(bars.low), np.log(bars.close))


def multiplied(bars: Bars, factor: float) -> Bars:
    """The same market in another currency."""
    values = bars.values.copy()
    values[:4] *= factor
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values)


def mirrored(bars: Bars) -> Bars:
    """The market whose log prices are the negatives of these."""
    opened, high, low, close, volume = bars.values
    return Bars.of(
        bars.symbol, bars.timeframe, bars.start, np.array([1 / opened, 1 / low, 1 / high, 1 / close, volume])
    )


def disturbed_after(bars: Bars, last: int, factor: float) -> Bars:
    """The same bars up to and including `last`, others after it."""
    values = bars.values.copy()
    values[:4, last + 1 :] *= factor
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values)
