"""The adapters in memory keep the promises of their ports."""

from __future__ import annotations

import time

import pytest

from argo_core.adapters.vendor_path import LayeredCache, MemoryBudget, MemoryCache
from argo_core.ports.call_budget import CallBudget
from argo_core.testing.contracts.byte_cache import ByteCacheContract, Later
from argo_core.testing.contracts.call_budget import CallBudgetContract, NewBudget
from tests.argo.adapters.vendor_path.virtual_time import VirtualTime


@pytest.fixture
def virtual() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def later(virtual: VirtualTime) -> Later:
    return virtual.pass_


class TestMemoryCache(ByteCacheContract):
    @pytest.fixture
    def cache(self, virtual: VirtualTime) -> MemoryCache:
        return MemoryCache(virtual, virtual.ticks)


class TestLayeredCache(ByteCacheContract):
    @pytest.fixture
    def cache(self, virtual: VirtualTime) -> LayeredCache:
        return LayeredCache(MemoryCache(virtual, virtual.ticks), MemoryCache(virtual, virtual.ticks), virtual)


class TestMemoryBudget(CallBudgetContract):
    @pytest.fixture
    def new_budget(self) -> NewBudget:
        def new(rate_per_second: float, burst: int, daily_quota: int | None) -> CallBudget:
            return MemoryBudget(
                "vendor",
                rate_per_second=rate_per_second,
                burst=burst,
                ticks=time.monotonic,
                daily_quota=daily_quota,
            )

        return new
