"""What the vendors' paths of a process share: one cache, and budgets that several generators may share in Redis."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from argo_core.adapters.live.day_budget import DayBudget
from argo_core.adapters.live.limited import DayLimited, Limited
from argo_core.adapters.redis import RedisBudget, RedisByteCache, RedisLine, open_redis
from argo_core.adapters.redis.shared_budget import BudgetPolicy
from argo_core.adapters.vendor_path import LayeredCache, MemoryBudget, MemoryCache
from argo_core.ports.byte_cache import ByteCache
from argo_core.ports.call_log import CallLog
from argo_core.ports.clock import Clock


class OwnShare(MemoryBudget):
    """One of several generators without a common place: it takes an even share of what all may do."""

    def __init__(self, name: str, *, generators: int, **terms: Any) -> None:
        super().__init__(name, **terms)
        self._generators = generators

    def limit(self, rate_per_second: float, burst: int) -> None:
        share = BudgetPolicy(rate_per_second=rate_per_second, burst=burst, generators=self._generators).share()
        super().limit(share.rate_per_second, share.burst)


@dataclass(frozen=True, slots=True)
class SharedState:
    """`line` is None where no Redis is configured: then everything is this process's own, but for the calls of a day,
    which `calls` keeps over restarts. `whose`: names this generator where several of them have even shares."""

    cache: ByteCache
    line: RedisLine | None
    clock: Clock
    ticks: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    new_id: Callable[[], str]
    calls: CallLog | None = None
    generators: int = 1
    whose: str = ""

    def redis_standing(self) -> str:
        """`healthy` or `unhealthy`, as its last answer was; `not configured`."""
        return "not configured" if self.line is None else self.line.standing

    async def day_budget(
        self, name: str, rate_per_second: float, burst: int, daily_quota: int, account: Sequence[str]
    ) -> Limited:
        """As `budget`, with so many calls a day. `account`: the key and the address that they are counted for; another
        key has a day of its own."""
        of = (*account, self.whose) if self.generators > 1 and self.line is None else tuple(account)
        digest = hashlib.sha256("\n".join(of).encode()).hexdigest()[:16]
        budget = self._budget(name, rate_per_second, burst, daily_quota, f"argo:budget:{digest}:")
        if self.calls is None:
            await budget.recall(())
            return budget
        whole = BudgetPolicy(
            rate_per_second=rate_per_second, burst=burst, daily_quota=daily_quota, generators=self.generators
        )
        quota = (whole if self.line is not None else whole.share()).daily_quota or daily_quota
        counted = DayBudget(
            budget, self.calls, account=f"{name}:{digest}", writer=self.new_id(), clock=self.clock, quota=quota
        )
        await counted.recall()
        return counted

    def budget(self, name: str, rate_per_second: float, burst: int) -> Limited:
        """The calls that `name` allows all generators together. Raises ConfigError for a limit that allows nothing."""
        return self._budget(name, rate_per_second, burst, None, "argo:budget:")

    def _budget(
        self, name: str, rate_per_second: float, burst: int, daily_quota: int | None, prefix: str
    ) -> DayLimited:
        policy = BudgetPolicy(
            rate_per_second=rate_per_second, burst=burst, daily_quota=daily_quota, generators=self.generators
        )
        if self.line is not None:
            return RedisBudget(
                name, self.line, policy, ticks=self.ticks, new_id=self.new_id, sleep=self.sleep, prefix=prefix
            )
        own = policy.share()
        return OwnShare(
            name,
            rate_per_second=own.rate_per_second,
            burst=own.burst,
            ticks=self.ticks,
            daily_quota=own.daily_quota,
            sleep=self.sleep,
            generators=self.generators,
        )


@asynccontextmanager
async def open_shared_state(
    redis_url: str | None,
    *,
    clock: Clock,
    ticks: Callable[[], float],
    new_id: Callable[[], str],
    say: Callable[[str], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    calls: CallLog | None = None,
    generators: int = 1,
    whose: str = "",
    password: Callable[[], str] | None = None,
) -> AsyncIterator[SharedState]:
    """Memory alone without `redis_url`, else memory over that Redis, which need not run. `say` gets one sentence when
    it goes and one when it is back. `password`: with which a new connection to it logs in, "" for that of the address.
    Raises ConfigError for an address that is none."""
    memory = MemoryCache(clock, ticks)
    if redis_url is None:
        yield SharedState(memory, None, clock, ticks, sleep, new_id, calls, generators, whose)
        return
    async with open_redis(redis_url, ticks=ticks, say=say, password=password) as line:
        cache = LayeredCache(memory, RedisByteCache(line, clock), clock)
        yield SharedState(cache, line, clock, ticks, sleep, new_id, calls, generators, whose)
