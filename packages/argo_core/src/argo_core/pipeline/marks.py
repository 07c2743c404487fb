"""The bars that receivers are shown: prices of symbols with a signal, each bar once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.instant import to_text
from argo_core.model.market_view import MarketView

FIRST_BARS = 60
"""How much of the past a symbol's chart begins with."""
AT_MOST = 1_000
"""Bars of one symbol in one message."""


@dataclass(frozen=True, slots=True)
class MarkBook:
    """Up to where each symbol's bars were sent. After a restart it is empty: receivers know bars twice sent."""

    sent: Mapping[str, np.datetime64] = field(default_factory=dict)

    def advance(self, view: MarketView, symbols: Iterable[str], origin: str) -> tuple[bytes | None, MarkBook]:
        """The message with the bars of `symbols` that were not sent yet (None if there are none), and the next book."""
        wanted, sent, series = set(symbols), dict(self.sent), []
        for symbol, bars in zip(view.symbols, view.bars, strict=True):
            fresh = self._fresh(bars) if symbol in wanted else 0
            if fresh:
                series.append({"symbol": symbol, "timeframe": bars.timeframe.name, "bars": _rows(bars, fresh)})
                sent[symbol] = bars.end[-1]
        if not series:
            return None, self
        document = {"origin": origin, "as_of": to_text(view.as_of), "series": series}
        return msgspec.json.encode(document), MarkBook(sent)

    def _fresh(self, bars: Bars) -> int:
        known = self.sent.get(bars.symbol)
        if known is None:
            return min(len(bars), FIRST_BARS)
        return min(len(bars) - int(bars.end.searchsorted(known, side="right")), AT_MOST)


def _rows(bars: Bars, count: int) -> list[tuple[object, ...]]:
    values = bars.values[:, -count:].T.tolist()
    # All at once: formatted one by one, the times would cost more than everything else in a cycle of many symbols.
    starts = np.datetime_as_string(bars.start[-count:], unit="us", timezone="UTC").tolist()
    return [(start, *row) for start, row in zip(starts, values, strict=True)]
