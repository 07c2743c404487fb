"""How often something may happen: a bucket of permits that fills by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from http import HTTPStatus

from alpine_web.refused import Refused

SECONDS_PER_MINUTE = 60.0
MOST_NAMES = 10_000


class RateLimit:
    """`per_minute` permits a minute for each name, `burst` at once. `ticks` are seconds that only grow."""

    def __init__(self, per_minute: int, burst: int, ticks: Callable[[], float]) -> None:
        self._rate, self._burst, self._ticks = per_minute / SECONDS_PER_MINUTE, float(burst), ticks
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, name: str) -> None:
        """Use one permit. Raises Refused 429 with `Retry-After` if there is none."""
        now = self._ticks()
        left, at = self._buckets.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        if left < 1:
            self._buckets[name] = (left, now)
            wait = math.ceil((1 - left) / self._rate)
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many_requests",
                f"too many requests: try again in {wait} s",
                {"Retry-After": str(wait)},
            )
        self._buckets[name] = (left - 1, now)
        if len(self._buckets) > MOST_NAMES:
            # The name that has asked least recently is the nearest to having a full bucket again.
            del self._buckets[next(iter(self._buckets))]
