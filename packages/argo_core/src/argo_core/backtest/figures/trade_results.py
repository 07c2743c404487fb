"""What each trade brought."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from argo_core.model.trade import Trade


def trade_results(trades: Sequence[Trade]) -> NDArray[np.float64]:
    """float64 (N,), quote currency, after fees."""
    sides = (1.0 if trade.action == "BUY" else -1.0 for trade in trades)
    return np.array(
        [
            side * (trade.exit_price - trade.entry_price) * trade.quantity - trade.fees
            for side, trade in zip(sides, trades, strict=True)
        ],
        dtype=np.float64,
    )
