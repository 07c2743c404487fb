"""What holding the same symbols over the same days would have made, for comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from alpine_core.model.closed_signal import DayClose
from alpine_core.track_record.equity import START, Point


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """`curve` begins with 100; empty where no symbol has a price. `held` symbols are in it, `unpriced` are not."""

    curve: tuple[Point, ...]
    held: tuple[str, ...]
    unpriced: tuple[str, ...]


def hold_of(days: Sequence[date], closes: Mapping[str, Sequence[DayClose]]) -> Hold:
    """The same amount of each symbol bought at its first close within `days` (ascending) and kept, without costs.

    A day without a close has the one before; before its first close a symbol's part lies as cash.
    """
    held = {symbol: {each.day: each.close for each in found} for symbol, found in sorted(closes.items()) if found}
    unpriced = tuple(sorted(set(closes) - set(held)))
    if not held:
        return Hold(curve=(), held=(), unpriced=unpriced)
    parts = [_part(days, found) for found in held.values()]
    values = [START * sum(each) / len(parts) for each in zip(*parts, strict=True)]
    curve = tuple(Point(day, value) for day, value in zip(days, values, strict=True))
    return Hold(curve=curve, held=tuple(held), unpriced=unpriced)


def _part(days: Sequence[date], closes: Mapping[date, float]) -> list[float]:
    base: float | None = None
    worth, found = 1.0, []
    for day in days:
        close = closes.get(day)
        if close is not None:
            base = close if base is None else base
            worth = close / base
        found.append(worth)
    return found
