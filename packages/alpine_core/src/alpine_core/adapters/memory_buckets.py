"""Buckets of permits in this process."""

from __future__ import annotations

import math
from collections.abc import Callable

from alpine_core.ports.rate_buckets import Permit

SECONDS_PER_MINUTE = 60.0
MOST_NAMES = 20_000


class MemoryBuckets:
    """`ports.RateBuckets` for one process. `ticks` are seconds that only grow."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._buckets: dict[str, tuple[float, float]] = {}

    async def take(self, name: str, per_minute: int, burst: int) -> Permit:
        now, rate = self._ticks(), per_minute / SECONDS_PER_MINUTE
        left, at = self._buckets.pop(name, (float(burst), now))
        left = min(float(burst), left + (now - at) * rate)
        given = left >= 1
        left -= given
        self._buckets[name] = (left, now)
        if len(self._buckets) > MOST_NAMES:
            # The name that has asked least recently is the nearest to having a full bucket again.
            del self._buckets[next(iter(self._buckets))]
        return permit(given=given, left=left, rate=rate, burst=burst)


def permit(*, given: bool, left: float, rate: float, burst: int) -> Permit:
    """What a bucket that holds `left` after taking says; `rate` in permits a second."""
    wait = 0 if given else max(1, math.ceil((1 - left) / rate))
    return Permit(given=given, left=int(left), wait_seconds=wait, full_seconds=math.ceil((burst - left) / rate))
