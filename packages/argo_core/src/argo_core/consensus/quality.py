"""Is the data behind the votes good enough to decide on?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.obstacles import Obstacles
from argo_core.consensus.policy import ConsensusPolicy
from argo_core.consensus.vote_table import VoteTable
from argo_core.model.consensus import Veto


class Priced(Protocol):
    """What a decision has to know of the market: a `MarketView`, or the cells of a backtest. (S,) each."""

    @property
    def price(self) -> NDArray[np.float64]: ...

    def age_seconds(self) -> NDArray[np.float64]: ...

    def is_doubtful(self) -> NDArray[np.bool_]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """veto uint8 (S,): NONE, NO_PRICE, CORPORATE_ACTION, STALE_DATA or PRICE_DEVIATION; measured float64 (S,): seconds
    or percent."""

    veto: NDArray[np.uint8]
    measured: NDArray[np.float64]
    limit: NDArray[np.float64]


def check_quality(deviation: NDArray[np.float64], view: Priced, policy: ConsensusPolicy) -> Quality:
    """The first of: no price, one that may be on the other side of a split than the bars, one older than the limit,
    voting sources whose prices lie too far apart: `deviation` (S,) as `price_deviation_pct` has it."""
    price, price_age_seconds, split = view.price, view.age_seconds(), view.is_doubtful()
    with np.errstate(invalid="ignore"):
        no_price = ~(np.isfinite(price) & (price > 0))
        stale = ~(price_age_seconds <= policy.max_staleness_seconds)
    apart = deviation > policy.max_deviation_pct
    found = Obstacles(len(price))
    found.put(apart, Veto.PRICE_DEVIATION, deviation, policy.max_deviation_pct)
    found.put(stale, Veto.STALE_DATA, price_age_seconds, policy.max_staleness_seconds)
    found.put(split, Veto.CORPORATE_ACTION, np.nan, np.nan)
    found.put(no_price, Veto.NO_PRICE, np.nan, np.nan)
    return Quality(veto=found.veto, measured=found.measured, limit=found.limit)


def price_deviation_pct(table: VoteTable) -> NDArray[np.float64]:
    """Spread of the voting sources' prices in percent of the lowest, float64 (S,); 0 with fewer than two prices."""
    seen = table.present & np.isfinite(table.price)
    lowest = np.where(seen, table.price, np.inf).min(axis=0)
    highest = np.where(seen, table.price, -np.inf).max(axis=0)
    # Without any price the highest is below the lowest.
    spread: NDArray[np.float64] = np.zeros_like(lowest)
    np.subtract(highest, lowest, out=spread, where=highest > lowest)
    np.divide(spread, lowest, out=spread, where=highest > lowest)
    return np.multiply(spread, 100.0, out=spread)
