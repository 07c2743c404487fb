"""The vote: does the price leave the channel of the bars before it?"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from argo_core.model.bars import Bars
from argo_core.sources import source

CHANNEL_BARS = 20
FULL_REACH = 0.5  # of the channel's own width: as far outside as that, the vote is as sure as it gets


@source("channel_breakout", group="technical", weight=0.25)
def channel_breakout(bars: Bars) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Direction (T,) of -1, 0 or 1 and confidence (T,), 50–100; NaN for the first 20 bars.

    In log prices, so that neither the price level nor the side matters. Entry t uses bars up to and including t.
    """
    direction, confidence = np.zeros(len(bars), np.int8), np.full(len(bars), np.nan)
    if len(bars) <= CHANNEL_BARS:
        return direction, confidence
    _, high, low, close = np.log(bars.values[:4])
    top = sliding_window_view(high, CHANNEL_BARS)[:-1].max(axis=1)
    bottom = sliding_window_view(low, CHANNEL_BARS)[:-1].min(axis=1)
    last = close[CHANNEL_BARS:]
    outside = np.maximum(last - top, 0.0) - np.maximum(bottom - last, 0.0)
    width = np.where(top > bottom, top - bottom, 1.0)  # a channel without width has nothing to measure by
    reach = np.minimum(np.abs(outside) / (FULL_REACH * width), 1.0)
    direction[CHANNEL_BARS:] = np.sign(outside)
    confidence[CHANNEL_BARS:] = 50.0 + 50.0 * reach
    return direction, confidence
