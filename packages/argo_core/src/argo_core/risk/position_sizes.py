"""How much to trade, for many candidates at once."""

from __future__ import annotations

import numpy as np

from argo_core.measures.panel import Floats
from argo_core.risk.sizing import (
    CONFIDENCE_GAIN,
    CONFIDENCE_PIVOT,
    CONFIDENCE_SPAN,
    MAX_CALM_FACTOR,
    ROUNDING,
    SizePolicy,
)


def position_sizes(
    equity: float,
    price: Floats,
    confidence: Floats,
    step: Floats,
    calm: Floats,
    policy: SizePolicy,
    size_factor: float = 1.0,
) -> Floats:
    """Units to open (N,), row by row what `position_size` says. `step` (N,) is the smallest step of each quantity, in
    units > 0; `calm` (N,) is 1 where it is unknown."""
    factor = 1.0 + (confidence - CONFIDENCE_PIVOT) / CONFIDENCE_SPAN * CONFIDENCE_GAIN
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        wanted = policy.base_pct * factor * np.minimum(calm, MAX_CALM_FACTOR)
        units = equity * np.minimum(wanted, policy.max_pct) / 100.0 * size_factor / price
        steps = np.floor(units / step * ROUNDING)
        inverse = np.round(1.0 / step)
        decimal = (inverse >= 1) & (np.abs(inverse * step - 1.0) <= 1e-9)
        sized = np.where(decimal, steps / np.where(decimal, inverse, 1.0), steps * step)
        valid = (price > 0) & (price < np.inf) & (wanted > 0) & (units < np.inf)
    if not (0 < equity < np.inf and 0 < size_factor <= 1):
        valid = np.zeros_like(valid)
    sizes: Floats = np.where(valid, sized, 0.0)
    return sizes
