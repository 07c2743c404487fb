"""The bars that receivers are shown: prices of symbols with a signal, each bar once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
        wanted = set(symbols)
        shown = [(bars, self._fresh(bars)) for bars in view.bars if bars.symbol in wanted]
        fresh = [(bars, count) for bars, count in shown if count]
        if not fresh:
            return None, self
        document = {"origin": origin, "as_of": to_text(view.as_of), "series": _series(fresh)}
        return msgspec.json.encode(document), MarkBook(
            {**self.sent, **{bars.symbol: bars.end[-1] for bars, _ in fresh}}
        )

    def _fresh(self, bars: Bars) -> int:
        known = self.sent.get(bars.symbol)
        if known is None:
            return min(len(bars), FIRST_BARS)
        return min(len(bars) - int(bars.end.searchsorted(known, side="right")), AT_MOST)


def _series(fresh: Sequence[tuple[Bars, int]]) -> list[dict[str, object]]:
    """The newest bars of each symbol, as many as are named."""
    # All at once: formatted one by one, the times would cost more than everything else in a cycle of many symbols.
    starts = np.concatenate([bars.start[-count:] for bars, count in fresh])
    texts = iter(np.datetime_as_string(starts, unit="us", timezone="UTC").tolist())
    return [
        {
            "symbol": bars.symbol,
            "timeframe": bars.timeframe.name,
            "bars": [(next(texts), *row) for row in bars.values[:, -count:].T.tolist()],
        }
        for bars, count in fresh
    ]
