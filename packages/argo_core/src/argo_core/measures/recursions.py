"""First-order recursions with a warm-up: Wilder's averages and sums, and exponential averages, as one form.

Every lane follows  y[t] = decay(t) · y[t-1] + weight(t) · x[t].  During the seed `decay` is 1 and `weight` spreads the
mean (or the sum) over the seed bars; afterwards both are constants. `run` takes a whole history, `step` one bar; both
do the same two multiplications and one addition on each number, so their results are equal to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.panel import Floats, Integers


@dataclass(frozen=True, slots=True)
class Lane:
    """One recursion. Bars `seed_first`…`seed_last` (indices from 0) seed it, earlier bars do not count."""

    seed_first: int
    seed_last: int
    seed_weight: float
    weight: float
    decay: float


def wilder_mean(period: int, first: int) -> Lane:
    """Wilder's (1978) smoothing: the mean of `period` inputs from index `first`, then (y·(n-1) + x) / n."""
    return Lane(first, first + period - 1, 1 / period, 1 / period, (period - 1) / period)


def wilder_sum(period: int, first: int) -> Lane:
    """Wilder's running sum as TA-Lib seeds it: the sum of n-1 inputs from index `first`, then y - y/n + x."""
    return Lane(first, first + period - 2, 1.0, 1.0, 1.0 - 1 / period)


def exponential_mean(period: int, seed_last: int) -> Lane:
    """EMA with k = 2/(n+1), seeded by the mean of the n inputs that end at index `seed_last`."""
    k = 2.0 / (period + 1)
    return Lane(seed_last - period + 1, seed_last, 1 / period, k, 1.0 - k)


@dataclass(frozen=True, slots=True, eq=False)
class LaneTable:
    """Weights and decays of L lanes for bar indices 0…`steady`, (steady + 1, L); the last row holds for ever after."""

    weight: Floats
    decay: Floats

    @classmethod
    def of(cls, lanes: tuple[Lane, ...]) -> LaneTable:
        steady = max(lane.seed_last for lane in lanes) + 1
        weight = np.zeros((steady + 1, len(lanes)))
        decay = np.ones((steady + 1, len(lanes)))
        for column, lane in enumerate(lanes):
            weight[lane.seed_first : lane.seed_last + 1, column] = lane.seed_weight
            weight[lane.seed_last + 1 :, column] = lane.weight
            decay[lane.seed_last + 1 :, column] = lane.decay
        return cls(weight, decay)

    @property
    def steady(self) -> int:
        """From this bar index on, weight and decay are constant."""
        return int(self.weight.shape[0]) - 1


def run(table: LaneTable, inputs: Floats, held: NDArray[np.bool_] | None = None) -> Floats:
    """All states of L lanes over a history. `inputs` is contiguous (T, L, S) and is overwritten with the result.

    Where `held` (T, L, S) is set, a lane keeps its previous state and ignores the input.
    """
    time, lanes, symbols = inputs.shape
    # Flat vectors of L · S numbers: one numpy call a step whatever the number of lanes.
    flat = inputs.reshape(time, lanes * symbols)
    flags = None if held is None else held.reshape(time, lanes * symbols)
    paused = np.zeros(time, dtype=np.bool_) if flags is None else np.asarray(flags.any(axis=1))
    warm = min(table.steady, time)
    inputs[:warm] *= table.weight[:warm, :, None]
    inputs[warm:] *= table.weight[table.steady, :, None]
    product = np.empty(lanes * symbols)
    decay = np.repeat(table.decay[0], symbols)
    rows, steady = list(flat), table.steady
    for index in range(1, time):
        if index <= steady:
            decay = np.repeat(table.decay[index], symbols)
        previous, current = rows[index - 1], rows[index]
        np.multiply(previous, decay, out=product)
        np.add(current, product, out=current)
        if flags is not None and paused[index]:
            np.copyto(current, previous, where=flags[index])
    return inputs


def step(table: LaneTable, index: Integers, state: Floats, inputs: Floats) -> Floats:
    """The states after one more bar. `state` and `inputs` are (L, n); `index` (n,) is the new bar's index per column.

    `inputs` is overwritten and returned.
    """
    if index.size and int(index.min()) >= table.steady:
        weight, decay = table.weight[table.steady, :, None], table.decay[table.steady, :, None]
    else:
        rows = np.minimum(index, table.steady)
        weight, decay = table.weight[rows].T, table.decay[rows].T
    inputs *= weight
    inputs += state * decay
    return inputs
