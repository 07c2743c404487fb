"""The bars that receivers are shown: prices of symbols with a signal, each bar once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.instant import to_instant64, to_text
from argo_core.model.market_view import MarketView

FIRST_BARS = 60
"""How much of the past a symbol's chart begins with."""
AT_MOST = 1_000
"""Bars of one symbol in one message."""


@dataclass(frozen=True, slots=True)
class MarkBook:
    """The start of each symbol's newest bar that was sent, as far as messages from `since` on tell it (NaT: nobody has
    looked). A bar is sent once: a vendor that tells it otherwise later, or another vendor, would contradict us."""

    sent: Mapping[str, np.datetime64] = field(default_factory=dict)
    since: np.datetime64 = field(default_factory=lambda: np.datetime64("NaT", "us"))

    def unread(self, view: MarketView, symbols: Iterable[str]) -> np.datetime64 | None:
        """Since when messages must be read before bars of `symbols` are sent, for they may have been sent by an earlier
        process; None if that is known."""
        wanted = set(symbols) - self.sent.keys()
        firsts = [bars.start[-FIRST_BARS:][0] for bars in view.bars if bars.symbol in wanted and len(bars)]
        return None if not firsts or min(firsts) >= self.since else min(firsts)

    def resumed(self, sent: Mapping[str, datetime], since: np.datetime64) -> MarkBook:
        """The book with what messages from `since` on tell of an earlier process."""
        earlier = {symbol: to_instant64(start) for symbol, start in sent.items()}
        return MarkBook({**earlier, **self.sent}, since)

    def advance(self, view: MarketView, symbols: Iterable[str], origin: str) -> tuple[bytes | None, MarkBook]:
        """The message with the bars of `symbols` that were not sent yet (None if there are none), and the next book."""
        wanted = set(symbols)
        shown = [(bars, self._fresh(bars)) for bars in view.bars if bars.symbol in wanted]
        fresh = [(bars, count) for bars, count in shown if count]
        if not fresh:
            return None, self
        document = {"origin": origin, "as_of": to_text(view.as_of), "series": _series(fresh)}
        newest = {bars.symbol: bars.start[-1] for bars, _ in fresh}
        return msgspec.json.encode(document), MarkBook({**self.sent, **newest}, self.since)

    def _fresh(self, bars: Bars) -> int:
        known = self.sent.get(bars.symbol)
        if known is None:
            return min(len(bars), FIRST_BARS)
        return min(len(bars) - int(bars.start.searchsorted(known, side="right")), AT_MOST)


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
