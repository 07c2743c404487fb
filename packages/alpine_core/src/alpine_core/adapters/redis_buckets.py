"""Buckets of permits in Redis, shared by every worker: extra `redis`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from alpine_core.adapters.memory_buckets import SECONDS_PER_MINUTE, permit
from alpine_core.adapters.redis_login import AddressNow, log_in_as_of_now
from alpine_core.errors import StoreError
from alpine_core.ports.rate_buckets import Permit, RateBuckets

PREFIX = "alpine:rate:"
TIMEOUT_SECONDS = 0.5
AWAY_SECONDS = 5.0
# Redis's own clock: workers' clocks differ. A bucket that is full again is the same as none.
_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
left = math.min(burst, left + math.max(0, now - at) * rate)
local given = 0
if left >= 1 then left = left - 1; given = 1 end
redis.call('HSET', KEYS[1], 'left', string.format('%.9f', left), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - left) / rate * 1000) + 1000)
return {given, string.format('%.9f', left)}
"""


class RedisBuckets:
    """`ports.RateBuckets` over Redis. While it does not answer, `instead` decides: each worker then counts alone.

    `ticks` are seconds that only grow; `on_away` is told once each time that Redis goes.
    `now`: the address as it stands, for its password; see `redis_login`. After `patience_seconds` it has not answered.
    """

    def __init__(
        self,
        url: str,
        instead: RateBuckets,
        ticks: Callable[[], float],
        on_away: Callable[[str], None],
        now: AddressNow | None = None,
        patience_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._redis: Any = Redis.from_url(
            url, socket_timeout=patience_seconds, socket_connect_timeout=patience_seconds, decode_responses=True
        )
        log_in_as_of_now(self._redis, now)
        self._take = self._redis.register_script(_TAKE)
        self._instead, self._ticks, self._on_away = instead, ticks, on_away
        self._away_until = float("-inf")

    async def take(self, name: str, per_minute: int, burst: int) -> Permit:
        if self._ticks() < self._away_until:
            return await self._instead.take(name, per_minute, burst)
        rate = per_minute / SECONDS_PER_MINUTE
        try:
            given, left = await self._take(keys=[PREFIX + name], args=[rate, burst])
        except (RedisError, OSError) as error:
            self._away_until = self._ticks() + AWAY_SECONDS
            self._on_away(type(error).__name__)
            return await self._instead.take(name, per_minute, burst)
        return permit(given=bool(given), left=float(left), rate=rate, burst=burst)

    async def ask(self) -> None:
        """Nothing, if Redis answers now. Raises StoreError."""
        try:
            await self._redis.ping()
        except (RedisError, OSError) as error:
            raise StoreError(f"Redis does not answer: {type(error).__name__}") from error

    async def close(self) -> None:
        """Close every connection."""
        await self._redis.aclose()
