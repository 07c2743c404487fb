"""A call budget that several generators share."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from redis.asyncio import Redis

from argo_core.adapters.redis.bucket_script import DAY, HELD, HOLD, TAKE
from argo_core.adapters.redis.line import RedisGone, RedisLine
from argo_core.adapters.vendor_path.token_bucket import DAY_SECONDS, MemoryBudget, told_wait
from argo_core.errors import ConfigError, SourceError


class BudgetPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """One vendor's limit over all `generators` that run at a time: they share it evenly while Redis is gone."""

    rate_per_second: float
    burst: int
    daily_quota: int | None = None
    generators: int = 1

    def share(self) -> BudgetPolicy:
        """What one generator may do alone. A burst below 1 would allow nothing, so it is 1 at least."""
        return BudgetPolicy(
            rate_per_second=self.rate_per_second / self.generators,
            burst=max(self.burst // self.generators, 1),
            daily_quota=None if self.daily_quota is None else max(self.daily_quota // self.generators, 1),
        )


class RedisBudget:
    """A CallBudget. Turns go by order of asking over all processes that use the same name, by the server's time.

    Every call is counted here too, so that the local bucket takes over where the shared one stands. A Redis that comes
    back empty is filled with what is known here of the day, calls of other processes that were heard of included. A
    caller who gives up leaves its turn unused.
    """

    def __init__(
        self,
        name: str,
        line: RedisLine,
        policy: BudgetPolicy,
        *,
        ticks: Callable[[], float],
        new_id: Callable[[], str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        prefix: str = "argo:budget:",
    ) -> None:
        """`new_id`: a name for each call, different over all processes. Raises ConfigError for a policy that allows
        nothing."""
        if policy.generators < 1:
            raise ConfigError(f"{name}: a budget is shared by 1 generator or more")
        share = policy.share()
        self._local = MemoryBudget(
            name,
            rate_per_second=share.rate_per_second,
            burst=share.burst,
            ticks=ticks,
            daily_quota=share.daily_quota,
            sleep=sleep,
        )
        self._name, self._line, self._policy = name, line, policy
        self._ticks, self._sleep, self._new_id = ticks, sleep, new_id
        self._keys = (f"{prefix}{{{name}}}:bucket", f"{prefix}{{{name}}}:day")
        self._waiting = 0
        # One question at a time: two connections of a pool may overtake each other on the way.
        self._asking = asyncio.Lock()
        self._quota_left: int | None = None
        self._life = ""
        self._unreported: list[str] = []
        self._of_others: tuple[int, float] = (0, -math.inf)

    def limit(self, rate_per_second: float, burst: int) -> None:
        """Another rate from now on, for the calls of this process. Raises ConfigError as at the making."""
        policy = msgspec.structs.replace(self._policy, rate_per_second=rate_per_second, burst=burst)
        share = policy.share()
        self._local.limit(share.rate_per_second, share.burst)
        self._policy = policy

    @property
    def queue_depth(self) -> int:
        return self._waiting

    @property
    def quota_left(self) -> int | None:
        """Calls left of the last 24 hours' quota over all processes, as last heard (None: not yet); what is left of the
        own share without Redis."""
        return self._local.quota_left if self._line.gone else self._quota_left

    async def recall(self, ages_seconds: Sequence[float]) -> None:
        """Calls that are known from elsewhere, how long ago each; and what Redis knows of the day."""
        await self._local.recall(ages_seconds)

        async def day(client: Redis) -> tuple[int, str]:
            spent, life = await client.eval(DAY, 1, self._keys[1])
            return int(spent), life.decode()

        if (quota := self._policy.daily_quota) is None:
            return
        try:
            spent, life = await self._line.ask(day)
        except RedisGone:
            return
        known = spent if life and life == self._life else max(spent, self._known_today())
        self._quota_left = max(quota - known, 0)

    async def take(self, deadline_seconds: float) -> float:
        asked_at = self._ticks()
        self._waiting += 1
        try:
            while True:
                call = self._new_id()
                try:
                    async with self._asking:
                        left = max(deadline_seconds - (self._ticks() - asked_at), 0.0)
                        wait = await self._reserved(call, left)
                except RedisGone:
                    await self._local.take(max(deadline_seconds - (self._ticks() - asked_at), 0.0))
                    if self._policy.daily_quota is not None:
                        self._unreported.append(call)
                    return self._ticks() - asked_at
                if wait > 0.0:
                    await self._sleep(wait)
                    if await self._still_held():  # since the turn was given: it is void, ask for another
                        continue
                self._local.spend()
                return self._ticks() - asked_at
        finally:
            self._waiting -= 1

    async def hold(self, seconds: float) -> None:
        self._local.hold_for(seconds)
        if seconds <= 0:
            return

        async def hold(client: Redis) -> None:
            await client.eval(HOLD, 1, self._keys[0], self._policy.rate_per_second, self._policy.burst, seconds)

        try:
            await self._line.ask(hold)
        except RedisGone:
            return

    async def _reserved(self, call: str, deadline_seconds: float) -> float:
        """Seconds until the turn that is now ours. Raises SourceError RATE_LIMITED, RedisGone."""
        policy, local, unreported = self._policy, self._local, tuple(self._unreported)
        figures: tuple[float | str, ...] = (
            policy.rate_per_second,
            policy.burst,
            deadline_seconds,
            policy.daily_quota or 0,
            local.level,
            local.held_seconds,
            self._known_today(),
            call,
            self._life,
            *unreported,
        )

        async def take(client: Redis) -> tuple[bool, float, int, str]:
            granted, wait, left, life = await client.eval(TAKE, len(self._keys), *self._keys, *figures)
            return bool(granted), float(wait), int(left), life.decode()

        granted, wait, left, self._life = await self._line.ask(take)
        self._unreported = self._unreported[len(unreported) :]
        self._heard(left, own=local.spent_today + granted)
        if not granted:
            message = f"{self._name}: the next call is due in {told_wait(wait)}, too late for this one"
            raise SourceError("RATE_LIMITED", f"{message}: ask for less, or less often", retry_after=wait)
        return wait if math.isfinite(wait) else 0.0

    def _known_today(self) -> int:
        """Calls of the day by anybody, as far as this process can know."""
        others, heard_at = self._of_others
        return self._local.spent_today + (others if self._ticks() - heard_at < DAY_SECONDS else 0)

    def _heard(self, left: int, *, own: int) -> None:
        if (quota := self._policy.daily_quota) is not None:
            self._quota_left = left
            self._of_others = (max(quota - left - own, 0), self._ticks())

    async def _still_held(self) -> bool:
        async def held(client: Redis) -> float:
            return float(await client.eval(HELD, 1, self._keys[0]))

        try:
            return await self._line.ask(held) > 0.0
        except RedisGone:
            return self._local.held_seconds > 0.0
