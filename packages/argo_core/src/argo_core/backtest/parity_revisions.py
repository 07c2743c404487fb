"""Bars as they were shown on the day, beside those that are kept now: a history that was revised since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from argo_core.backtest.history import History
from argo_core.model.bars import COLUMNS, Bar
from argo_core.model.instant import to_instant64, to_text

SAME = 1e-9
"""Relative: what two ways of writing the same number may differ by."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A bar that is another by now: its `end` (UTC), and what was and is said of it."""

    end: np.datetime64
    words: str


class Revisions:
    """`shown`: what left with the live cycles, of symbols with a signal; their first message has the bars before it.
    Where a bar was shown twice, its first values are the ones that the cycle went by."""

    def __init__(self, shown: Iterable[Bar], history: History) -> None:
        self._shown: dict[str, dict[datetime, Bar]] = {}
        for bar in shown:
            self._shown.setdefault(bar.symbol, {}).setdefault(bar.start, bar)
        self._kept = {bars.symbol: bars for bars in history.bars}
        self._found = dict[str, tuple[Revision, ...]]()

    def before(self, symbol: str, at: datetime) -> Revision | None:
        """The newest bar complete at `at` that the kept history tells otherwise; None where none is known."""
        if symbol not in self._found:
            self._found[symbol] = self._compared(symbol)
        known = [each for each in self._found[symbol] if each.end <= to_instant64(at)]
        return known[-1] if known else None

    def _compared(self, symbol: str) -> tuple[Revision, ...]:
        kept, found = self._kept.get(symbol), list[Revision]()
        for start, bar in sorted(self._shown.get(symbol, {}).items()):
            place = -1 if kept is None else int(kept.start.searchsorted(to_instant64(start)))
            if kept is None or place == len(kept) or kept.start[place] != to_instant64(start):
                found.append(Revision(to_instant64(start), f"the bar of {to_text(start)} was shown and is not kept"))
                continue
            for name, now in zip(COLUMNS, kept.values[:, place].tolist(), strict=True):
                then = float(getattr(bar, name))
                if abs(then - now) > SAME * max(abs(then), abs(now), 1.0):
                    words = f"{name} of the bar of {to_text(start)}: {then:g} live, {now:g} on the kept bars"
                    found.append(Revision(kept.end[place], words))
                    break
        return tuple(found)
