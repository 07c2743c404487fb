"""The time of the peers: real, accelerated, or with its idle parts cut out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class PeerClock:
    """Shows `start` when made, runs `speed` seconds a second, and jumps when it is told to. Without `start` it shows
    the time of the machine."""

    start: datetime | None = None
    speed: float = 1.0
    ahead_seconds: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    def ticks(self) -> float:
        """Seconds that only go forward."""
        return (time.monotonic() - self._began) * self.speed + self.ahead_seconds

    def now(self) -> datetime:
        if self.start is None and self.speed == 1.0:  # the very clock of who asks: no drift between the two
            return datetime.now(UTC) + timedelta(seconds=self.ahead_seconds)
        began = self.start or datetime.now(UTC)
        self.start = began
        return began + timedelta(seconds=self.ticks())
