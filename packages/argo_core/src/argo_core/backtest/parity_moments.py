"""When a replayed day looks at the market, and at which symbols: as the live day did, and where it should have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.history import History
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray, from_instant64, to_instant64
from argo_core.model.recorded_day import RecordedDay
from argo_core.risk.live_data import REPLAY

LEAST_GAP = timedelta(seconds=60)
GAPS = 3
"""A pause counts as one when it is so many times as long as the usual wait between two cycles."""


def moments_of_day(day: RecordedDay, bars: Sequence[Bars]) -> tuple[InstantArray, frozenset[datetime]]:
    """The rising market times of the day's cycles, datetime64[us] (T,), with the ends of bars while no cycle ran; and
    which of them those are. A recorded market waits while nobody looks: it has no such pauses."""
    looked = {cycle.as_of for cycle in day.cycles}
    missed = set[datetime]() if _is_replay(day) else _missed(day, bars)
    every = sorted(looked | missed)
    return np.array([to_instant64(each) for each in every], dtype="datetime64[us]"), frozenset(missed - looked)


def asked_in(history: History, day: RecordedDay, symbols: frozenset[str], threshold: float) -> NDArray[np.bool_]:
    """bool (S, T): every cell that was evaluated live, and each of `symbols` that moved by `threshold` (ratio) since
    its last evaluation, as live cycles choose."""
    moments = {instant: place for place, instant in enumerate(history.instants.tolist())}
    asked = np.zeros((len(history.symbols), len(history.instants)), dtype=np.bool_)
    rows = {symbol: row for row, symbol in enumerate(history.symbols)}
    for cycle in day.cycles:
        place = moments[cycle.as_of.astimezone(UTC).replace(tzinfo=None)]
        for decision in cycle.decisions:
            if decision.symbol in rows:
                asked[rows[decision.symbol], place] = True
    for row, prices in enumerate(history.prices.tolist()):
        if history.symbols[row] in symbols:
            last = day.priced.get(history.symbols[row], float("nan"))
            asked[row] = _moved(prices, asked[row].tolist(), last, threshold)
    return asked


def _moved(prices: list[float], evaluated: list[bool], last: float, threshold: float) -> list[bool]:
    chosen = []
    for price, live in zip(prices, evaluated, strict=True):
        ask = live or (price == price and not abs(price - last) < threshold * last)
        chosen.append(ask)
        if ask and price == price:
            last = price
    return chosen


def _is_replay(day: RecordedDay) -> bool:
    return any(cycle.data_source.startswith(REPLAY) for cycle in day.cycles)


def _missed(day: RecordedDay, bars: Sequence[Bars]) -> set[datetime]:
    """Ends of bars in pauses of a live market, from the day's first instant to its last."""
    begin = datetime.fromisoformat(day.day).replace(tzinfo=UTC)
    seen = [begin, *(cycle.as_of for cycle in day.cycles), begin + timedelta(days=1)]
    waits = [later - earlier for earlier, later in pairwise(seen[1:-1])]
    usual = sorted(waits)[len(waits) // 2] if waits else LEAST_GAP
    longest = max(LEAST_GAP, GAPS * usual)
    missed = set[datetime]()
    for earlier, later in pairwise(seen):
        if later - earlier > longest:
            for each in bars:
                # What ends right before the next cycle is that cycle's to see.
                inside = (each.end > to_instant64(earlier)) & (each.end < to_instant64(later - usual))
                missed |= {from_instant64(end) for end in each.end[inside]}
    return missed
