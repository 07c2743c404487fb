"""How many signals came lately beside how many are usual, while the market is open."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from argo_core.alerts.readings import RateReading
from argo_core.alerts.signal_rate import USUAL, open_windows, rate_readings, usual_per_hour, usual_windows
from argo_core.model.sessions import Sessions
from argo_core.ports import Calendar
from argo_core.ports.signal_counts import SignalCounts

FRESH = timedelta(hours=1)


class SignalRates:
    """`calendar` None: the market never closes. `stated`: signals an hour by service type that an operator expects."""

    def __init__(self, counts: SignalCounts, calendar: Calendar | None, stated: Mapping[str, float]) -> None:
        self._counts, self._calendar, self._stated = counts, calendar, stated
        self._sessions: Sessions | None = None
        self._usual: dict[str, float] = {}
        self._read_at: datetime | None = None

    async def read(self, now: datetime) -> tuple[RateReading, ...]:
        """Empty while it is closed. Raises DataError `outside_calendar`, StoreError."""
        await self._refresh(now)
        found: list[RateReading] = []
        for name, window in open_windows(self._sessions, now).items():
            counted = await self._counts.signals_in([window])
            found += rate_readings(name, counted, self._usual, self._stated)
        return tuple(found)

    async def _refresh(self, now: datetime) -> None:
        """What is usual changes slowly: once an hour is enough."""
        if self._read_at is not None and timedelta(0) <= now - self._read_at < FRESH:
            return
        if self._calendar is not None:
            first, last = (now - USUAL).date(), (now + timedelta(days=1)).date()
            # Building a calendar takes a second the first time.
            self._sessions = await asyncio.to_thread(self._calendar.sessions, first, last)
        windows = usual_windows(self._sessions, now)
        self._usual = usual_per_hour(await self._counts.signals_in(windows), windows, self._stated)
        self._read_at = now
