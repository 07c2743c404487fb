"""The fake reader of outcomes keeps the promise of the port."""

from __future__ import annotations

import pytest

from argo_core.model.resolved import RiskedTrade
from argo_core.testing.contracts.resolved_reader import (
    EARLIER,
    LATER,
    RISK_PCT,
    ResolvedReaderContract,
    resolved_signals,
)
from argo_core.testing.memory_resolved import MemoryResolved


class TestMemoryResolved(ResolvedReaderContract):
    @pytest.fixture(name="reader")
    def in_memory(self) -> MemoryResolved:
        trades = [RiskedTrade(trade=trade, risk_pct=RISK_PCT) for trade in (LATER, EARLIER)]
        return MemoryResolved(resolved_signals(), trades)
