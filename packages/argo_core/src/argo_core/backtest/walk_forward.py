"""Learn, then be judged on what comes next, again and again: the only result that counts is the stitched one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.backtest.splits import Rows
from argo_core.backtest.walk_forward_splits import WalkForwardPlan, walk_forward_splits
from argo_core.errors import DataError
from argo_core.measures.panel import Floats

Parameters = TypeVar("Parameters")
Fit = Callable[[Rows], Parameters]
Apply = Callable[[Parameters, Rows], ArrayLike]


@dataclass(frozen=True)
class Window(Generic[Parameters]):
    """Rows [train_start, train_stop) chose `parameters`, rows [test_start, test_stop) judged them. Means are returns
    per row, `inside` over the former and `outside` over the latter."""

    train_start: int
    train_stop: int
    test_start: int
    test_stop: int
    parameters: Parameters
    inside: float
    outside: float


@dataclass(frozen=True, eq=False)
class WalkedForward(Generic[Parameters]):
    """`returns` (R,) per row, all of them out of sample, of the rows `rows` (R,).

    `efficiency` is the mean return outside over the mean return inside, the windows weighted by the rows judged: 1
    keeps everything, below 0 turns round. None where nothing was earned inside. Source: Pardo 2008, chapter 11.
    """

    windows: tuple[Window[Parameters], ...]
    returns: Floats
    rows: NDArray[np.int64]
    efficiency: float | None


@dataclass(frozen=True, slots=True)
class WalkForward:
    """`fit(train)` chooses parameters from row numbers alone, `apply(parameters, rows)` gives one return for each row.

    A strategy that needs history before a row may read it in `apply`: it must not read what comes after.
    """

    plan: WalkForwardPlan

    def run(self, rows: int, fit: Fit[Parameters], apply: Apply[Parameters]) -> WalkedForward[Parameters]:
        """Walks over `rows` rows. Raises DataError: too_few, bad_shape or not_finite for what `apply` returns."""
        splits = walk_forward_splits(rows, self.plan)
        windows, judged = [], []
        for split in splits:
            parameters = fit(split.train)
            inside = _returns(apply(parameters, split.train), split.train)
            outside = _returns(apply(parameters, split.test), split.test)
            judged.append(outside)
            windows.append(
                Window(
                    train_start=int(split.train[0]),
                    train_stop=int(split.train[-1]) + 1,
                    test_start=int(split.test[0]),
                    test_stop=int(split.test[-1]) + 1,
                    parameters=parameters,
                    inside=float(inside.mean()),
                    outside=float(outside.mean()),
                )
            )
        return WalkedForward(
            windows=tuple(windows),
            returns=np.concatenate(judged),
            rows=np.concatenate([split.test for split in splits]),
            efficiency=_efficiency(windows),
        )


def _returns(values: ArrayLike, rows: Rows) -> Floats:
    returns = np.asarray(values, dtype=np.float64)
    if returns.shape != rows.shape:
        raise DataError("bad_shape", f"apply gave {returns.shape} for {rows.size} rows: return one number for each")
    if not np.isfinite(returns).all():
        raise DataError("not_finite", "apply gave a return that is NaN or infinite: give 0 where nothing was held")
    return returns


def _efficiency(windows: list[Window[Parameters]]) -> float | None:
    sizes = np.array([window.test_stop - window.test_start for window in windows], dtype=np.float64)
    inside = float(sizes @ [window.inside for window in windows])
    outside = float(sizes @ [window.outside for window in windows])
    return outside / inside if inside > 0 else None
