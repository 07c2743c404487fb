"""Counts of signals by service type, and what they say of the rate while the market is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.signal_counts import SqlSignalCounts
from argo_core.model.sessions import Sessions
from argo_core.pipeline.signal_rates import SignalRates
from argo_core.testing.fixed_calendar import FixedCalendar
from argo_core.testing.sample_cycles import MOMENT, published_cycle

HOUR = timedelta(hours=1)
# A Tuesday, ten in New York; sessions from 14:30 to 21:00 UTC.
TUESDAY = datetime(2026, 3, 3, 16, tzinfo=UTC)
DAYS = ("2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-03-02", "2026-03-03", "2026-03-04")


def sessions() -> Sessions:
    opens = np.array([f"{day}T14:30" for day in DAYS], dtype="datetime64[us]")
    closes = np.array([f"{day}T21:00" for day in DAYS], dtype="datetime64[us]")
    return Sessions("XNYS", opens, closes)


class Counts:
    """`ports.SignalCounts`: 20 an hour until this Tuesday's session, then `now` in every window."""

    def __init__(self, now: int) -> None:
        self.now = now

    async def signals_in(self, windows: Sequence[tuple[datetime, datetime]]) -> dict[str, int]:
        if len(windows) == 1:
            return {"both": self.now}
        hours = sum((end - start) / HOUR for start, end in windows)
        return {"both": round(20 * hours)}


async def read(now: int, at: datetime, stated: dict[str, float] | None = None) -> list[tuple[str, int, float]]:
    rates = SignalRates(Counts(now), FixedCalendar(sessions()), stated or {})
    return [(one.window, one.signals, round(one.expected, 1)) for one in await rates.read(at)]


async def test_the_usual_rate_is_of_the_open_hours_of_seven_days() -> None:
    assert await read(7, TUESDAY) == [("hour", 7, 20.0)]


async def test_an_operators_own_figure_wins_and_counts_in_five_minutes_too() -> None:
    assert await read(3, TUESDAY, {"both": 60.0}) == [("hour", 3, 60.0), ("five_minutes", 3, 5.0)]


async def test_nothing_is_expected_before_a_window_lies_wholly_in_a_session_or_when_it_is_closed() -> None:
    assert await read(0, TUESDAY.replace(hour=15, minute=29), {"both": 60.0}) == [("five_minutes", 0, 5.0)]
    assert await read(0, TUESDAY.replace(hour=14, minute=34), {"both": 60.0}) == []
    assert await read(0, TUESDAY.replace(hour=22), {"both": 60.0}) == []


async def test_signals_are_counted_by_service_type_in_windows_without_their_end(database: Database) -> None:
    log = SqlSignalLog(database)
    await log.append(published_cycle("c1", ["AAPL", "NVDA"]))
    await log.append(published_cycle("c2", ["TSLA"], at=MOMENT + HOUR))
    counts = SqlSignalCounts(database)
    assert await counts.signals_in([(MOMENT - HOUR, MOMENT + timedelta(minutes=1))]) == {"both": 2}
    both = [(MOMENT - HOUR, MOMENT + timedelta(minutes=1)), (MOMENT + HOUR / 2, MOMENT + 2 * HOUR)]
    assert await counts.signals_in(both) == {"both": 3}
    assert await counts.signals_in([(MOMENT - HOUR, MOMENT - HOUR / 2)]) == {}
    assert await counts.signals_in([]) == {}
