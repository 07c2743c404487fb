"""Small markets that hypothesis draws: seeded walks with jumps, of equities and coins, on bars of their own lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray
from argo_core.model.sessions import Sessions

FIRST = np.datetime64("2024-01-02T00:00", "us")
DAY = np.timedelta64(1, "D")
EQUITIES, COINS = ("AAPL", "AMD", "BA"), ("BTC-USD",)


@dataclass(frozen=True, repr=False)
class Market:
    """Daily bars; `moments` at which it is looked at."""

    bars: tuple[Bars, ...]
    moments: InstantArray
    sessions: Sessions

    def __repr__(self) -> str:
        return f"Market({len(self.bars)} symbols, {len(self.moments)} moments)"


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Two or three symbols, 90 to 160 days, wild enough for stops, targets, flips and crises; some begin late."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    days = draw(st.integers(90, 160))
    names = draw(st.sampled_from([EQUITIES[:2], EQUITIES, (*EQUITIES[:1], *COINS), (*EQUITIES[1:], *COINS)]))
    late = draw(st.integers(0, 40))
    bars = [walk(name, days, rng, late if place else 0) for place, name in enumerate(names)]
    sessions = every_day(days + 30)
    every = np.array(sessions.closes[:days])
    skipped = draw(st.sampled_from([1, 1, 2]))
    return Market(tuple(bars), every[draw(st.integers(0, 60)) :: skipped], sessions)


def walk(symbol: str, days: int, rng: np.random.Generator, late: int = 0) -> Bars:
    """A walk that trends in spells and jumps now and then; a split of the price is never mistaken for a jump."""
    spells = np.repeat(rng.normal(0, 0.02, days // 10 + 1), 10)[:days]
    moves = spells + rng.normal(0, 0.012, days) + (rng.random(days) < 0.02) * rng.normal(0, 0.08, days)
    close = 100.0 * np.exp(np.cumsum(moves))
    opened = np.concatenate(([100.0], close[:-1])) * np.exp(rng.normal(0, 0.004, days))
    high = np.maximum(opened, close) * np.exp(np.abs(rng.normal(0, 0.006, days)))
    low = np.minimum(opened, close) * np.exp(-np.abs(rng.normal(0, 0.006, days)))
    start = FIRST + np.arange(days) * DAY
    values = np.array([opened, high, low, close, np.full(days, 1e6)])
    return Bars.of(symbol, "1Day", start[late:], values[:, late:], (start + np.timedelta64(21, "h"))[late:])


def every_day(days: int) -> Sessions:
    """An exchange that is open on each day from 14:30 to 21:00 UTC."""
    midnight = FIRST + np.arange(days) * DAY
    return Sessions("TEST", midnight + np.timedelta64(870, "m"), midnight + np.timedelta64(21, "h"))


def aware(moments: Sequence[np.datetime64] | InstantArray) -> list[datetime]:
    """The moments as datetimes."""
    return [each.astype("datetime64[us]").item().replace(tzinfo=UTC) for each in np.asarray(moments)]
