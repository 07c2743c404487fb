"""A made-up market that lives: the same seed gives the same prices at the same instants, in bars, trades and streams.

A symbol's log price is a random walk from minute to minute with a slow swing, straight in between. Every price is
read from it, so what one vendor says of a minute is what every other says. It trades round the clock: a test must not
say another thing on Sundays. Where the swing stands depends on the hour, so whether the sources agree does as well; a
market that only rises says the same at every hour.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.argo.peers.quotes import EMPTY, Rows, Trade

MINUTE, DAY_MINUTES = 60, 1440
WEEK_MINUTES = 7 * DAY_MINUTES


class LivingMarket:
    """`volatility`: standard deviation of a minute's log return. History begins `history_days` before `now()` at its
    making, at midnight; it goes on for `days_ahead` more. `rise_per_day`: log return of a day, no swing."""

    def __init__(
        self,
        symbols: Sequence[str],
        now: Callable[[], datetime],
        *,
        seed: int = 6,
        history_days: int = 400,
        days_ahead: int = 3,
        volatility: float = 0.0008,
        rise_per_day: float | None = None,
    ) -> None:
        self._now = now
        midnight = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._first = int((midnight - timedelta(days=history_days)).timestamp())
        count = (history_days + 1 + days_ahead) * DAY_MINUTES + 1
        self._walks = {symbol: _walk(seed, symbol, count, volatility, rise_per_day) for symbol in symbols}

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self._walks)

    def price_at(self, symbol: str, second: float) -> float:
        """The price at this second since 1970."""
        place = (second - self._first) / MINUTE
        whole = int(place)
        before, after = self._walks[symbol][whole], self._walks[symbol][whole + 1]
        return float(np.exp(before + (after - before) * (place - whole)))

    def last(self, symbol: str) -> Trade:
        """A trade of this very second."""
        at = self._now().replace(microsecond=0)
        return Trade(round(self.price_at(symbol, at.timestamp()), 4), at)

    def bars(self, symbol: str, seconds: int, first: float, last: float) -> Rows:
        """Bars of whole minutes on their own grid; the newest is under way."""
        now = int(self._now().timestamp())
        begin = max(-(-int(np.ceil(first)) // seconds), -(-self._first // seconds)) * seconds
        starts = np.arange(begin, min(int(last), now) + 1, seconds, dtype=np.int64)
        if not len(starts):
            return EMPTY
        minutes, walk = seconds // MINUTE, self._walks[symbol]
        steps = (starts[:, None] - self._first) // MINUTE + np.arange(minutes + 1)
        path = walk[np.minimum(steps, len(walk) - 1)]
        if starts[-1] + seconds > now:
            path[-1] = self._under_way(symbol, path[-1], int(starts[-1]), now)
        price = np.exp(path)
        moved = np.abs(path[:, -1] - path[:, 0])
        volume = np.round(minutes * 100.0 * (1.0 + 200.0 * moved))
        table = np.array([price[:, 0], price.max(axis=1), price.min(axis=1), price[:, -1], volume])
        return Rows(starts, np.round(table, 4))

    def _under_way(self, symbol: str, path: NDArray[np.float64], start: int, now: int) -> NDArray[np.float64]:
        """Nothing later than now: the path up to the last minute, and the price of the moment from there on."""
        known = (now - start) // MINUTE + 1
        return np.concatenate([path[:known], np.full(len(path) - known, np.log(self.price_at(symbol, now)))])


def _walk(seed: int, symbol: str, count: int, volatility: float, rise_per_day: float | None) -> NDArray[np.float64]:
    chance = np.random.default_rng([seed, zlib.crc32(symbol.encode())])
    level, phase, weeks = np.log(chance.uniform(40.0, 400.0)), chance.uniform(0, 2 * np.pi), chance.uniform(0.5, 2.0)
    minutes = np.arange(count)
    swing = 0.05 * np.sin(phase + 2 * np.pi * minutes / (weeks * WEEK_MINUTES))
    drift = swing if rise_per_day is None else rise_per_day * minutes / DAY_MINUTES
    walk = np.cumsum(chance.normal(0.0, volatility, count))
    bridge = walk - walk[-1] * minutes / count  # it comes back: a price stays in a plausible range
    total: NDArray[np.float64] = level + drift + bridge
    return total
