"""What a plan allows: so many calls in any stretch of time, so many a day."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

DAY_SECONDS = 86_400.0


@dataclass
class PlanLimit:
    """At most `count` calls within any `seconds`, and `daily` within any day. A call that is refused is not counted."""

    count: int
    seconds: float
    ticks: Callable[[], float]
    daily: int | None = None
    _passed: deque[float] = field(default_factory=deque)

    @property
    def left(self) -> int:
        """Calls that may still pass in the stretch of time that ends now."""
        since = self.ticks() - self.seconds
        return max(self.count - sum(1 for passed in self._passed if passed > since), 0)

    def admits(self) -> bool:
        """Whether a call may pass now; it is counted if so."""
        now = self.ticks()
        while self._passed and self._passed[0] <= now - max(self.seconds, DAY_SECONDS if self.daily else 0.0):
            self._passed.popleft()
        recent = sum(1 for passed in self._passed if passed > now - self.seconds)
        if recent >= self.count or (self.daily is not None and len(self._passed) >= self.daily):
            return False
        self._passed.append(now)
        return True
