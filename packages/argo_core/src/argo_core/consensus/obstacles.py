"""What stands against each symbol of a table, written from what counts least to what counts most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.model.consensus import Veto

Figures = NDArray[np.float64] | float


class Obstacles:
    """veto uint8 (S,), `Veto` values; measured and limit float64 (S,), NaN where there is none. Filled by who made it,
    and handed on as arrays."""

    def __init__(self, count: int) -> None:
        self.veto: NDArray[np.uint8] = np.full(count, Veto.NONE, dtype=np.uint8)
        self.measured: NDArray[np.float64] = np.full(count, np.nan)
        self.limit: NDArray[np.float64] = np.full(count, np.nan)

    def put(self, holds: NDArray[np.bool_], veto: NDArray[np.uint8] | Veto, measured: Figures, limit: Figures) -> None:
        """Where `holds` (S,), this stands instead of what was put before."""
        np.copyto(self.veto, np.uint8(veto) if isinstance(veto, Veto) else veto, where=holds)
        np.copyto(self.measured, measured, where=holds)
        np.copyto(self.limit, limit, where=holds)
