"""The fakes of an executor's memory keep the promises of their ports."""

from __future__ import annotations

import pytest

from argo_core.errors import StoreError
from argo_core.testing.contracts.halt_log import FIRST, HaltLogContract
from argo_core.testing.contracts.risk_memory import BarWindowContract, FlattenLogContract, WatchLogContract
from argo_core.testing.memory_halts import MemoryBarWindow, MemoryHalts, MemoryWatchLog


class TestMemoryHalts(HaltLogContract):
    @pytest.fixture
    def halts(self) -> MemoryHalts:
        return MemoryHalts()


class TestMemoryFlattens(FlattenLogContract):
    @pytest.fixture
    def flattens(self) -> MemoryHalts:
        return MemoryHalts()


class TestMemoryWatchLog(WatchLogContract):
    @pytest.fixture
    def watch_log(self) -> MemoryWatchLog:
        return MemoryWatchLog()


class TestMemoryBarWindow(BarWindowContract):
    @pytest.fixture
    def window(self) -> MemoryBarWindow:
        return MemoryBarWindow()


async def test_while_the_log_is_down_nothing_is_halted() -> None:
    halts = MemoryHalts()
    halts.down = True
    with pytest.raises(StoreError, match="try again later"):
        await halts.halt(FIRST)
    assert await halts.standing() is None
