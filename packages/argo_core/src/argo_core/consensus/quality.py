"""Is the data behind the votes good enough to decide on?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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


def check_quality(table: VoteTable, view: Priced, policy: ConsensusPolicy) -> Quality:
    """The first of: no price, one that may be on the other side of a split than the bars, one older than the limit,
    voting sources whose prices lie too far apart."""
    price, price_age_seconds, split = view.price, view.age_seconds(), view.is_doubtful()
    with np.errstate(invalid="ignore"):
        no_price = ~(np.isfinite(price) & (price > 0))
        stale = ~(price_age_seconds <= policy.max_staleness_seconds)
    deviation = price_deviation_pct(table)
    apart = deviation > policy.max_deviation_pct
    veto = np.select(
        [no_price, split, stale, apart],
        [Veto.NO_PRICE, Veto.CORPORATE_ACTION, Veto.STALE_DATA, Veto.PRICE_DEVIATION],
        default=Veto.NONE,
    ).astype(np.uint8)
    unmeasured = no_price | split
    measured = np.select([unmeasured, stale, apart], [np.nan, price_age_seconds, deviation], default=np.nan)
    limit = np.select(
        [unmeasured, stale, apart], [np.nan, policy.max_staleness_seconds, policy.max_deviation_pct], default=np.nan
    )
    return Quality(veto=veto, measured=measured, limit=limit)


def price_deviation_pct(table: VoteTable) -> NDArray[np.float64]:
    """Spread of the voting sources' prices in percent of the lowest, float64 (S,); 0 with fewer than two prices."""
    seen = table.present & np.isfinite(table.price)
    lowest = np.where(seen, table.price, np.inf).min(axis=0)
    highest = np.where(seen, table.price, -np.inf).max(axis=0)
    several = seen.sum(axis=0) >= 2
    with np.errstate(invalid="ignore"):
        return np.where(several, (highest - lowest) / lowest * 100.0, 0.0)
