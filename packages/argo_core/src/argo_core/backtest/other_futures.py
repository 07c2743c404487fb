"""The same past with another future: none, a distorted one, or one in which nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.random import Generator

from argo_core.model.bars import Bars

OtherFuture = Callable[[Bars, int, Generator], Bars]


def cut(bars: Bars, last: int, generator: Generator) -> Bars:
    """Nothing after bar `last`."""
    return bars.first(last + 1)


def perturbed(bars: Bars, last: int, generator: Generator) -> Bars:
    """After bar `last` a walk of its own laid over the prices, wide enough to turn any trend, and other volumes."""
    values = bars.values.copy()
    later = values[:, last + 1 :]
    side = generator.choice([-1.0, 1.0])
    steps = generator.normal(0.03 * side, 0.05, later.shape[1])
    later[:4] *= np.exp(np.clip(np.cumsum(steps), -8.0, 8.0))
    later[4] *= generator.uniform(0.1, 10.0, later.shape[1])
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values, bars.end)


def masked(bars: Bars, last: int, generator: Generator) -> Bars:
    """After bar `last` nothing moves and nothing is traded: every price is its close."""
    values = bars.values.copy()
    values[:4, last + 1 :] = values[3, last]
    values[4, last + 1 :] = 0.0
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values, bars.end)


OTHER_FUTURES: Mapping[str, OtherFuture] = {"cut": cut, "perturbed": perturbed, "masked": masked}
