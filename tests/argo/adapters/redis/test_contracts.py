"""The adapters over Redis keep the promises of their ports, against a real server."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from argo_core.adapters.redis import RedisBudget, RedisByteCache, RedisLine
from argo_core.adapters.redis.shared_budget import BudgetPolicy
from argo_core.adapters.system_clock import SystemClock
from argo_core.adapters.vendor_path import LayeredCache, MemoryCache
from argo_core.ports.call_budget import CallBudget
from argo_core.testing.contracts.byte_cache import ByteCacheContract, Later
from argo_core.testing.contracts.call_budget import CallBudgetContract, NewBudget


@pytest.fixture
def later() -> Later:
    """Real time: the server's clock is nobody's to move."""
    return asyncio.sleep


class TestRedisByteCache(ByteCacheContract):
    @pytest.fixture
    def cache(self, line: RedisLine, prefix: str) -> RedisByteCache:
        return RedisByteCache(line, SystemClock(), prefix)


class TestLayeredCache(ByteCacheContract):
    @pytest.fixture
    def cache(self, line: RedisLine, prefix: str) -> LayeredCache:
        clock = SystemClock()
        return LayeredCache(MemoryCache(clock, time.monotonic), RedisByteCache(line, clock, prefix), clock)


class TestRedisBudget(CallBudgetContract):
    @pytest.fixture
    def new_budget(self, line: RedisLine, prefix: str) -> NewBudget:
        names = itertools.count()

        def new(rate_per_second: float, burst: int, daily_quota: int | None) -> CallBudget:
            policy = BudgetPolicy(rate_per_second=rate_per_second, burst=burst, daily_quota=daily_quota)
            calls = itertools.count()
            name = f"vendor{next(names)}"
            return RedisBudget(name, line, policy, ticks=time.monotonic, new_id=lambda: str(next(calls)), prefix=prefix)

        return new
