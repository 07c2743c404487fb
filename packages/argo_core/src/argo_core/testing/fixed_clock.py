"""A clock that says what it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from argo_core.model.instant import require_utc


class FixedClock:
    """Starts at `instant`; `advance` moves it on."""

    def __init__(self, instant: datetime) -> None:
        self._now = require_utc(instant)

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move on by a step of zero or more. Raises ValueError for a negative one."""
        if step < timedelta(0):
            raise ValueError("a clock never runs backwards")
        self._now += step
