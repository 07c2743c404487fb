"""Those readings that depend on the last few bars only; the batch panel and the live bank share them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from argo_core.measures.bollinger import mean_and_deviation
from argo_core.measures.panel import Floats
from argo_core.measures.windows import window_max, window_min, window_sum

BANDS_PERIOD = 20
BANDS_DEVIATIONS = 2.0


@dataclass(frozen=True, slots=True)
class WindowReading:
    """Readings `names` over windows of `depth` bars.

    `read(high, low, close)` takes time-major (T, S) arrays and gives for each name (T - depth + 1, S): entry i is the
    reading at bar i + depth - 1. So (depth, S) in gives the one reading at the last bar.
    """

    names: tuple[str, ...]
    depth: int
    read: Callable[[Floats, Floats, Floats], tuple[Floats, ...]]


def closing_strength(high: Floats, low: Floats, close: Floats) -> Floats:
    """Where each bar closed within its range, -1 (low) … 1 (high); 0 for a bar without range. Elementwise."""
    span = high - low
    # The two distances are taken first, so that a mirrored bar gives exactly the negative.
    strength: Floats = ((close - low) - (high - close)) / (span + (span == 0.0))
    return strength


def _bands(_high: Floats, _low: Floats, close: Floats) -> tuple[Floats, ...]:
    middle, deviation = mean_and_deviation(close, BANDS_PERIOD)
    offset = BANDS_DEVIATIONS * deviation
    return middle + offset, middle, middle - offset, deviation


def _mean50(_high: Floats, _low: Floats, close: Floats) -> tuple[Floats, ...]:
    return (window_sum(close, 50) / 50,)


def _mean50_five_ago(_high: Floats, _low: Floats, close: Floats) -> tuple[Floats, ...]:
    return (window_sum(close[:-5], 50) / 50,)


def _sigma20(_high: Floats, _low: Floats, close: Floats) -> tuple[Floats, ...]:
    return (mean_and_deviation(close[1:] - close[:-1], 20)[1],)


def _change5(_high: Floats, _low: Floats, close: Floats) -> tuple[Floats, ...]:
    return (close[5:] - close[:-5],)


def _change20(_high: Floats, _low: Floats, close: Floats) -> tuple[Floats, ...]:
    return (close[20:] - close[:-20],)


def _prior_range20(high: Floats, low: Floats, _close: Floats) -> tuple[Floats, ...]:
    return window_max(high[:-1], 20), window_min(low[:-1], 20)


def _closing_strength3(high: Floats, low: Floats, close: Floats) -> tuple[Floats, ...]:
    return (window_sum(closing_strength(high, low, close), 3) / 3,)


WINDOW_READINGS: tuple[WindowReading, ...] = (
    WindowReading(("bb_upper", "bb_middle", "bb_lower", "bb_std"), BANDS_PERIOD, _bands),
    WindowReading(("sma50",), 50, _mean50),
    WindowReading(("sma50_lag5",), 55, _mean50_five_ago),
    WindowReading(("sigma20",), 21, _sigma20),
    WindowReading(("change5",), 6, _change5),
    WindowReading(("change20",), 21, _change20),
    WindowReading(("prior_high20", "prior_low20"), 21, _prior_range20),
    WindowReading(("closing_strength3",), 3, _closing_strength3),
)
