"""Trades to come, drawn from a win rate or from a strategy's own record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from argo_core.errors import DataError
from argo_core.measures.block_length import LEAST
from argo_core.measures.bootstrap_interval import longest_block
from argo_core.measures.panel import Floats
from argo_core.measures.sharpe_ratio import finite_series


class TradeDraw(Protocol):
    """P streams of trades. `begin` starts them anew; `draw` gives the next trade of the streams `rows`, in multiples of
    what was risked (R)."""

    def begin(self, count: int, generator: Generator) -> None: ...

    def draw(self, rows: NDArray[np.int64], generator: Generator) -> Floats: ...


class TradePlan(msgspec.Struct, frozen=True, kw_only=True):
    """Each trade risks `risk_pct` of the balance, or of the initial capital with `of_initial`. `per_day` trades on each
    day; with `varying` their number is Poisson with this mean, and a day without a trade does not count as one.
    `measured`: a multiple is what a trade brought in percent of the initial capital, so risk is 1 % of that.

    Raises DataError `bad_plan`.
    """

    risk_pct: float
    per_day: float
    of_initial: bool = False
    varying: bool = False
    measured: bool = False

    def __post_init__(self) -> None:
        if self.measured and not (self.of_initial and self.risk_pct == 1.0):
            raise DataError("bad_plan", "measured trades are in percent of the initial capital: risk 1 % of that")
        if not 0 < self.risk_pct < 100:
            raise DataError("bad_plan", f"risk of {self.risk_pct} % a trade: give a percentage above 0 and below 100")
        if not 0 < self.per_day <= 1000 or not (self.varying or self.per_day == round(self.per_day)):
            raise DataError("bad_plan", f"{self.per_day} trades a day: give a whole number, or let their number vary")


@dataclass(frozen=True, slots=True)
class WinLoss:
    """Independent trades: a win of `win_r` with chance `win_rate` (0–1), else a loss of `loss_r` > 0, both in R.
    Raises DataError `bad_trades`."""

    win_rate: float
    win_r: float
    loss_r: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.win_rate <= 1 and 0 < self.win_r < 1e6 and 0 < self.loss_r < 1e6):
            raise DataError("bad_trades", "a win rate lies in 0–1, a win and a loss are multiples of the risk above 0")

    def begin(self, count: int, generator: Generator) -> None:
        """Nothing is remembered from trade to trade."""

    def draw(self, rows: NDArray[np.int64], generator: Generator) -> Floats:
        """The next trade of each stream."""
        return np.where(generator.random(rows.size) < self.win_rate, self.win_r, -self.loss_r)


class OtherRecords:
    """Records (R, T) that a strategy might have made instead, each redrawn by `each` streams of its own: those of the
    first record come first. `block` as in `OwnTrades`."""

    def __init__(self, records: Floats, each: int, block: float) -> None:
        self._records, self._each, self._block = records.ravel(), each, block
        self._length, self._place = records.shape[1], np.zeros(0, dtype=np.int64)

    def begin(self, count: int, generator: Generator) -> None:
        """Each stream enters its record somewhere."""
        self._place = generator.integers(0, self._length, size=count)

    def draw(self, rows: NDArray[np.int64], generator: Generator) -> Floats:
        """The next trade of each stream."""
        after = redrawn(self._place, rows, self._length, self._block, generator)
        drawn: Floats = self._records[rows // self._each * self._length + after]
        return drawn


def redrawn(
    place: NDArray[np.int64], rows: NDArray[np.int64], count: int, block: float, generator: Generator
) -> NDArray[np.int64]:
    """Where the streams `rows` read next in a record of `count` trades, noted in `place`: the following trade, or with
    a chance of 1 / `block` any. Source: Politis & Romano 1994."""
    leaps = generator.random(rows.size) < 1.0 / block
    after = np.where(leaps, generator.integers(0, count, size=rows.size), (place[rows] + 1) % count)
    place[rows] = after
    return after


class OwnTrades:
    """The stationary bootstrap of a record of R multiples, (T,), T ≥ 20, in the order in which the trades closed: runs
    of luck stay runs. `block` is the mean length of a run; None takes that of Politis & White.

    Raises DataError: bad_shape, not_finite, too_few, bad_trades.
    """

    def __init__(self, multiples: ArrayLike, block: float | None = None) -> None:
        self.multiples = finite_series(multiples, LEAST)
        self.block = longest_block(self.multiples) if block is None else block
        if not self.block >= 1:
            raise DataError("bad_trades", f"a run of {block} trades: give a mean length of at least 1")
        self._place = np.zeros(0, dtype=np.int64)

    def begin(self, count: int, generator: Generator) -> None:
        """Each stream enters the record somewhere."""
        self._place = generator.integers(0, self.multiples.size, size=count)

    def draw(self, rows: NDArray[np.int64], generator: Generator) -> Floats:
        """The next trade of each stream."""
        return self.multiples[redrawn(self._place, rows, self.multiples.size, self.block, generator)]
