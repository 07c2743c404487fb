"""The memory reader of outcomes keeps the promise of the port."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.performance_reader import OUTCOMES, SIGNALS, PerformanceReaderContract
from argo_core.testing.memory_performance import MemoryPerformance


@pytest.fixture
def reader() -> MemoryPerformance:
    return MemoryPerformance(SIGNALS, OUTCOMES)


class TestMemoryPerformance(PerformanceReaderContract):
    pass
