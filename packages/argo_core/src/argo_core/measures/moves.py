"""What one bar adds to the recursions: gains and losses, true range, directional moves. Elementwise, any shape."""

from __future__ import annotations

import numpy as np

from argo_core.measures.panel import Floats


def gains_and_losses(close: Floats, previous_close: Floats) -> tuple[Floats, Floats]:
    """The rise and the fall from one close to the next, both ≥ 0, in the unit of `close`."""
    change = close - previous_close
    return np.maximum(change, 0.0), np.maximum(-change, 0.0)


def true_range(high: Floats, low: Floats, previous_close: Floats) -> Floats:
    """Wilder's (1978) true range, ≥ 0 when low ≤ high, which the caller promises."""
    return np.maximum(high, previous_close) - np.minimum(low, previous_close)


def directional_moves(high: Floats, low: Floats, previous_high: Floats, previous_low: Floats) -> tuple[Floats, Floats]:
    """Wilder's (1978) +DM and -DM, both ≥ 0; the larger excursion counts, equal ones cancel each other."""
    up, down = high - previous_high, previous_low - low
    plus = np.where(up > down, np.maximum(up, 0.0), 0.0)
    minus = np.where(down > up, np.maximum(down, 0.0), 0.0)
    return plus, minus


def percent_of(part: Floats, whole: Floats) -> Floats:
    """100 · part / whole, and 0 where the whole is 0 (its part, never larger, is then 0 too)."""
    percent: Floats = 100.0 * (part / (whole + (whole == 0.0)))
    return percent
