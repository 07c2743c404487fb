"""A token bucket of one process: first come, first served, and no wait that cannot end in time."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from argo_core.errors import ConfigError, SourceError

DAY_SECONDS = 86_400.0
SHORTEST_SLEEP_SECONDS = 0.001


class MemoryBudget:
    """A CallBudget. `rate_per_second` tokens flow in, `burst` lie there at most (and at first).

    `daily_quota`: so many calls within any 24 hours, those that it was told of included; None for no such limit.
    `ticks`: monotonic seconds; `sleep` waits in the same time.
    """

    def __init__(
        self,
        name: str,
        *,
        rate_per_second: float,
        burst: int,
        ticks: Callable[[], float],
        daily_quota: int | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raises ConfigError unless rate and quota are above 0 and burst is at least 1."""
        if not (math.isfinite(rate_per_second) and rate_per_second > 0 and burst >= 1):
            raise ConfigError(f"{name}: a budget needs a rate above 0 and a burst of 1 or more")
        if daily_quota is not None and daily_quota < 1:
            raise ConfigError(f"{name}: a daily quota is 1 or more; leave it out where there is none")
        self._name, self._rate, self._burst, self._quota = name, rate_per_second, float(burst), daily_quota
        self._ticks, self._sleep = ticks, sleep
        self._tokens, self._seen = self._burst, ticks()
        self._held_until = -math.inf
        self._line: deque[object] = deque()
        self._today: deque[float] = deque()
        self._of_others: tuple[float, ...] = ()

    def limit(self, rate_per_second: float, burst: int) -> None:
        """Another rate from now on; what has been spent stays spent. Raises ConfigError as at the making."""
        if not (math.isfinite(rate_per_second) and rate_per_second > 0 and burst >= 1):
            raise ConfigError(f"{self._name}: a budget needs a rate above 0 and a burst of 1 or more")
        self._refill()
        self._rate, self._burst = rate_per_second, float(burst)
        self._tokens = min(self._tokens, self._burst)

    @property
    def queue_depth(self) -> int:
        return len(self._line)

    @property
    def quota_left(self) -> int | None:
        """Calls left of the last 24 hours' quota; None without one."""
        return None if self._quota is None else max(self._quota - self.spent_today, 0)

    @property
    def spent_today(self) -> int:
        """Calls of the last 24 hours that are known; 0 without a quota."""
        return len(self._day())

    @property
    def level(self) -> float:
        """Tokens that lie there now, 0 to burst."""
        self._refill()
        return self._tokens

    @property
    def held_seconds(self) -> float:
        """How long the bucket is still held, 0 if it is not."""
        return max(self._held_until - self._ticks(), 0.0)

    async def take(self, deadline_seconds: float) -> float:
        ticket = object()
        asked_at = self._ticks()
        self._line.append(ticket)
        try:
            while True:
                wait = self._turn_in(self._line.index(ticket))
                waited = self._ticks() - asked_at
                if wait <= 0.0:
                    self._spend()
                    return waited
                if waited + wait > deadline_seconds:
                    raise self._too_late(wait)
                await self._sleep(max(wait, SHORTEST_SLEEP_SECONDS))
        finally:
            self._line.remove(ticket)

    async def recall(self, ages_seconds: Sequence[float]) -> None:
        """Calls that others have made, or this process in an earlier life: how long ago each. Told anew each time."""
        self._of_others = tuple(self._ticks() - age for age in ages_seconds)

    async def hold(self, seconds: float) -> None:
        self.hold_for(seconds)

    def hold_for(self, seconds: float) -> None:
        """As `hold`: nothing for so many seconds, then one call, then the rate. A shorter wish shortens nothing."""
        if seconds > 0:
            self._refill()
            self._held_until = max(self._held_until, self._ticks() + seconds)

    def spend(self) -> None:
        """Count a call that somebody else allowed."""
        self._spend()

    def _spend(self) -> None:
        self._refill()
        self._tokens = max(self._tokens - 1.0, 0.0)
        if self._quota is not None:
            self._today.append(self._ticks())

    def _turn_in(self, ahead: int) -> float:
        """Seconds until a call with so many ahead of it may go, 0 or less for now."""
        self._refill()
        if self._held_until > self._ticks():
            wait = self.held_seconds + ahead / self._rate
        else:
            # A sleep may end a hair early; a token that lacks a billionth is one.
            missing = ahead + 1.0 - self._tokens
            wait = missing / self._rate if missing > 1e-9 else 0.0
        return max(wait, self._quota_in(ahead))

    def _quota_in(self, ahead: int) -> float:
        if self._quota is None:
            return 0.0
        day = self._day()
        over = len(day) + ahead + 1 - self._quota
        if over <= 0:
            return 0.0
        # More ahead than the quota itself: they have to grow old too, which is at least a day from now.
        return day[over - 1] + DAY_SECONDS - self._ticks() if over <= len(day) else DAY_SECONDS

    def _refill(self) -> None:
        now = self._ticks()
        if self._held_until > self._seen and now >= self._held_until:  # the hold has just ended: one call at once
            self._tokens, self._seen = 1.0, self._held_until
        if now < self._held_until:
            self._tokens, self._seen = 0.0, now
            return
        self._tokens = min(self._burst, self._tokens + (now - self._seen) * self._rate)
        self._seen = now

    def _day(self) -> list[float]:
        """When the calls of the last 24 hours were made, oldest first."""
        now = self._ticks()
        while self._today and self._today[0] + DAY_SECONDS <= now:
            self._today.popleft()
        return sorted([*(at for at in self._of_others if at + DAY_SECONDS > now), *self._today])

    def _too_late(self, wait: float) -> SourceError:
        message = f"{self._name}: the next call is due in {told_wait(wait)}, too late for this one"
        return SourceError("RATE_LIMITED", f"{message}: ask for less, or less often", retry_after=wait)


def told_wait(seconds: float) -> str:
    """A wait as people say it."""
    if seconds < 120.0:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60.0)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
