"""When a replayed day looks at the market, and at which symbols: as the live day did, and where it should have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.day_looks import DayLooks
from argo_core.backtest.history import History
from argo_core.model.instant import InstantArray, to_instant64
from argo_core.model.recorded_day import RecordedDay


def moments_of_day(looks: DayLooks) -> InstantArray:
    """The rising market times of the day's cycles with the ends of bars while no cycle ran, datetime64[us] (T,)."""
    return _instants(looks.moments)


def asked_in(
    history: History, day: RecordedDay, looks: DayLooks, symbols: Sequence[str], threshold: float
) -> NDArray[np.bool_]:
    """bool (S, T): every cell that was evaluated live, and each of `symbols` that moved by `threshold` (ratio) since
    its last evaluation, as live cycles choose: at the moments at which its own cycles looked, or should have."""
    moments = {instant: place for place, instant in enumerate(history.instants.tolist())}
    asked = np.zeros((len(history.symbols), len(history.instants)), dtype=np.bool_)
    rows = {symbol: row for row, symbol in enumerate(history.symbols)}
    for cycle in day.cycles:
        place = moments[cycle.as_of.astimezone(UTC).replace(tzinfo=None)]
        for decision in cycle.decisions:
            if decision.symbol in rows:
                asked[rows[decision.symbol], place] = True
    followed = frozenset(symbols)
    for row, prices in enumerate(history.prices.tolist()):
        symbol = history.symbols[row]
        if symbol in followed:
            looked = np.isin(history.instants, _instants(looks.of(symbol)))
            last = day.priced.get(symbol, float("nan"))
            asked[row] = _moved(prices, asked[row].tolist(), looked.tolist(), last, threshold)
    return asked


def _instants(moments: Iterable[datetime]) -> InstantArray:
    return np.array([to_instant64(each) for each in moments], dtype="datetime64[us]")


def _moved(prices: list[float], evaluated: list[bool], looked: list[bool], last: float, threshold: float) -> list[bool]:
    chosen = []
    for price, live, may in zip(prices, evaluated, looked, strict=True):
        ask = live or (may and price == price and not abs(price - last) < threshold * last)
        chosen.append(ask)
        if ask and price == price:
            last = price
    return chosen
