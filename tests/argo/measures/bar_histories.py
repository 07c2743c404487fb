"""Histories of bars for the properties of the kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Highs, lows and closes of one shape, low ≤ close ≤ high."""

    high: Floats
    low: Floats
    close: Floats

    @property
    def series(self) -> tuple[Floats, Floats, Floats]:
        return self.high, self.low, self.close


def walk(steps: NDArray[np.int64], unit: float = 0.01, level: float = 4.6) -> History:
    """Bars from whole steps of the close and two wicks, (…, T, 3): flat stretches and equal moves do happen."""
    close = np.asarray(level + unit * np.cumsum(steps[..., 0], axis=-1), dtype=np.float64)
    return History(close + unit * np.abs(steps[..., 1]) / 4, close - unit * np.abs(steps[..., 2]) / 4, close)


def random_walk(seed: int, symbols: int, time: int) -> History:
    """A seeded walk in which a quarter of the steps and wicks is 0."""
    generator = np.random.default_rng(seed)
    steps = generator.integers(-9, 10, size=(symbols, time, 3))
    return walk(steps * (generator.random(steps.shape) < 0.75))


@st.composite
def histories(draw: st.DrawFn, longest: int = 120) -> History:
    """One symbol, (T,); drawn entries shrink to 0, so that counterexamples are mostly flat."""
    time = draw(st.integers(0, longest))
    steps = draw(arrays.arrays(np.int64, (time, 3), elements=st.integers(-20, 20)))
    return walk(steps, unit=draw(st.sampled_from([0.01, 1e-5, 3.0])), level=draw(st.sampled_from([4.6, 0.0, 250.0])))


@st.composite
def panels(draw: st.DrawFn, longest: int = 90) -> History:
    """Several symbols of different length, (S, T), right-aligned with leading NaN."""
    symbols, time = draw(st.integers(1, 5)), draw(st.integers(1, longest))
    history = random_walk(draw(st.integers(0, 2**32 - 1)), symbols, time)
    starts = draw(st.lists(st.integers(0, time), min_size=symbols, max_size=symbols))
    absent = np.arange(time) < np.array(starts)[:, None]
    high, low, close = (np.where(absent, np.nan, values) for values in history.series)
    return History(high, low, close)
