"""A clock that stands until it is told to go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 15, 0, 0, tzinfo=UTC)


class FixedClock:
    """`ports.Clock` that shows `moment`, from then on by hand."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, *, seconds: float) -> datetime:
        """Go on, and show the new moment."""
        self.moment += timedelta(seconds=seconds)
        return self.moment
