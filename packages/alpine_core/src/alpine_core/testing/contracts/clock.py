"""What every clock must do. Fixture: `clock`."""

from __future__ import annotations

from datetime import timedelta

from alpine_core.ports import Clock


class ClockContract:
    def test_the_time_is_aware_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta(0)
