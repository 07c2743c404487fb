"""One bar that a vendor pushed, checked as a row of history is."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from argo_core.adapters.vendors.answer_shape import plausible
from argo_core.adapters.vendors.complete_bars import BAD_BARS
from argo_core.adapters.vendors.refused_datum import RefusedDatum
from argo_core.errors import DataError, SourceError
from argo_core.model.asset import require_symbol
from argo_core.model.bars import Bar, first_malformed

MINUTE = "1Min"


def streamed_bar(vendor: str, symbol: str, start: datetime, row: tuple[float, float, float, float, float]) -> Bar:
    """`row`: open, high, low, close, volume of one minute.

    Raises RefusedDatum for what no market makes, SourceError REFUSED_ANSWER for what is no symbol.
    """
    try:
        require_symbol(symbol)
    except DataError as error:
        raise SourceError("REFUSED_ANSWER", f"{vendor}: {error}") from error
    wrong = first_malformed(np.array([[figure] for figure in row], dtype=np.float64))
    if wrong is not None:
        raise RefusedDatum(symbol, BAD_BARS, 1.0, 0.0, f"{vendor}: a pushed bar of {symbol} breaks {wrong[0]}")
    at = plausible(vendor, start)
    opening, high, low, close, volume = row
    return Bar(symbol=symbol, timeframe=MINUTE, start=at, open=opening, high=high, low=low, close=close, volume=volume)
