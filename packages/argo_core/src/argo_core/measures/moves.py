"""What one bar adds to the recursions: gains and losses, true range, directional moves.

Elementwise, any shape. Results are written into arrays of the caller, because a batch kernel spends as long on fresh
memory as on arithmetic.
"""

from __future__ import annotations

import numpy as np

from argo_core.measures.panel import Floats


def gains_and_losses(close: Floats, previous_close: Floats, gain: Floats, loss: Floats) -> None:
    """Writes the rise and the fall from one close to the next, both ≥ 0, in the unit of `close`."""
    np.subtract(close, previous_close, out=gain)
    np.negative(gain, out=loss)
    np.maximum(gain, 0.0, out=gain)
    np.maximum(loss, 0.0, out=loss)


def true_range(high: Floats, low: Floats, previous_close: Floats, out: Floats) -> None:
    """Writes Wilder's (1978) true range, ≥ 0 when low ≤ high, which the caller promises."""
    np.maximum(high, previous_close, out=out)
    np.subtract(out, np.minimum(low, previous_close), out=out)


def directional_moves(
    high: Floats, low: Floats, previous_high: Floats, previous_low: Floats, plus: Floats, minus: Floats
) -> None:
    """Writes Wilder's (1978) +DM and -DM, both ≥ 0; the larger excursion counts, equal ones cancel each other."""
    np.subtract(high, previous_high, out=plus)
    np.subtract(previous_low, low, out=minus)
    upward, downward = plus > minus, minus > plus
    np.maximum(plus, 0.0, out=plus)
    np.maximum(minus, 0.0, out=minus)
    np.multiply(plus, upward, out=plus)
    np.multiply(minus, downward, out=minus)


def percent_of(part: Floats, whole: Floats) -> Floats:
    """100 · part / whole, and 0 where the whole is 0 (its part, never larger, is then 0 too)."""
    percent: Floats = whole + (whole == 0.0)
    np.divide(part, percent, out=percent)
    np.multiply(percent, 100.0, out=percent)
    return percent
