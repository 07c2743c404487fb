"""Bars by symbol, looked up by moment."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from alpine_core.model.mark import Mark

_FRAME = re.compile(r"([0-9]{1,4})([a-zA-Z]{1,3})")
_SECONDS = {
    "s": 1, "sec": 1, "m": 60, "t": 60, "min": 60, "h": 3600, "hr": 3600, "d": 86_400, "day": 86_400, "w": 604_800,
    "wk": 604_800, "M": 2_592_000, "mo": 2_592_000, "mon": 2_592_000,
}  # fmt: skip
_UNKNOWN = float("inf")


class PriceBook:
    """Every bar that is known, of whatever timeframe, in the order of their starts; of equal starts the shorter first.

    A bar's open is known when it starts, its high, low and close are not before it has ended.
    """

    def __init__(self, marks: Iterable[Mark]) -> None:
        by_symbol: dict[str, list[Mark]] = {}
        for mark in marks:
            by_symbol.setdefault(mark.symbol, []).append(mark)
        self._bars = {symbol: sorted(bars, key=_order) for symbol, bars in by_symbol.items()}
        self._starts = {symbol: [bar.start for bar in bars] for symbol, bars in self._bars.items()}

    def first_from(self, symbol: str, moment: datetime) -> Mark | None:
        """The first bar that starts at `moment` or later."""
        at = bisect_left(self._starts.get(symbol, ()), moment)
        bars = self._bars.get(symbol, ())
        return bars[at] if at < len(bars) else None

    def between(self, symbol: str, since: datetime, before: datetime | None = None) -> Sequence[Mark]:
        """The bars that start within [since, before), oldest first; None: to the last."""
        starts = self._starts.get(symbol, ())
        end = len(starts) if before is None else bisect_left(starts, before)
        return self._bars.get(symbol, [])[bisect_left(starts, since) : end]

    def last(self, symbol: str) -> Mark | None:
        """The bar that starts last."""
        bars = self._bars.get(symbol)
        return bars[-1] if bars else None

    def open_at(self, symbol: str, moment: datetime) -> float | None:
        """The open of the last bar that had started by `moment`: the newest price that was known for certain then."""
        at = bisect_right(self._starts.get(symbol, ()), moment)
        return self._bars[symbol][at - 1].open if at else None


def bar_seconds(timeframe: str) -> float:
    """How long a bar of this name lasts, such as `15m`, `1h`, `1d`; infinity for a name that says nothing."""
    found = _FRAME.fullmatch(timeframe)
    if found is None:
        return _UNKNOWN
    unit = found[2]
    return int(found[1]) * _SECONDS.get(unit, _SECONDS.get(unit.lower(), _UNKNOWN))


def _order(bar: Mark) -> tuple[datetime, float, str]:
    return bar.start, bar_seconds(bar.timeframe), bar.timeframe
