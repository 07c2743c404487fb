"""Price series for the properties of plain accounts: gaps, equal prices, cents, whole numbers, crashes."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@st.composite
def walks(draw: st.DrawFn, longest: int = 160) -> tuple[Floats, Floats]:
    """Opens and closes, (bars,). Steps are whole multiples of a unit, most of them small and many of them 0."""
    bars = draw(st.integers(1, longest))
    unit, level = draw(st.sampled_from([(0.01, 100.0), (1.0, 1000.0), (0.25, 64.0), (0.37, 1234.5), (1e-7, 1e-3)]))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([1, 3, 25]))
    steps = generator.integers(-spread, spread + 1, size=bars) * (
        generator.random(bars) < draw(st.sampled_from([0.2, 1]))
    )
    gaps = generator.integers(-spread, spread + 1, size=bars) * (generator.random(bars) < 0.1) * draw(st.integers(0, 9))
    closes = np.maximum(level + unit * (steps + gaps).cumsum(), unit)
    opens = np.maximum(np.concatenate((closes[:1], closes[:-1] + unit * gaps[1:])), unit)
    return opens, closes


def random_panel(seed: int, symbols: int, bars: int) -> tuple[Floats, Floats]:
    """Opens and closes (symbols, bars) of seeded walks in cents, a tenth of the symbols hardly traded."""
    generator = np.random.default_rng(seed)
    moves = generator.integers(-60, 61, size=(symbols, bars)) * (generator.random((symbols, bars)) < 0.8)
    moves[::10] *= generator.random((len(moves[::10]), bars)) < 0.05
    closes = np.maximum(100 + 0.01 * moves.cumsum(axis=1), 1.0)
    opens = np.concatenate((closes[:, :1], closes[:, :-1]), axis=1) + 0.01 * generator.integers(-9, 10, (symbols, bars))
    return np.maximum(opens, 0.5), closes
