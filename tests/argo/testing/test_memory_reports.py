"""The fake store of reports keeps the promise of the port."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.execution_reports import KNOWN_SIGNALS, ExecutionReportsContract
from argo_core.testing.memory_reports import MemoryReports


class TestMemoryReports(ExecutionReportsContract):
    @pytest.fixture(name="reports")
    def in_memory(self) -> MemoryReports:
        return MemoryReports(KNOWN_SIGNALS)
