"""What somebody who wants a search names."""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.model.search import Goal, Method
from argo_core.model.stored_series import Adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """`workers` None: as many as there are processors (a walk-forward: in this process); `cluster` a Dask scheduler."""

    objective: str
    space: str
    symbols: tuple[str, ...]
    timeframe: str
    adjustment: Adjustment
    goals: tuple[Goal, ...]
    method: Method
    trials: int
    seed: int
    workers: int | None = None
    cluster: str | None = None
