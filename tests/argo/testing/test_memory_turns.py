"""The fake keeps the promise of the port."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.ledger_turns import LedgerTurnsContract
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_turns import MemoryTurns


@pytest.fixture
def store() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def ledgers(store: MemoryLedger) -> MemoryLedger:
    return store


@pytest.fixture
def log(store: MemoryLedger) -> MemoryLog:
    return MemoryLog(store)


@pytest.fixture
def turns(store: MemoryLedger) -> MemoryTurns:
    return MemoryTurns(store)


class TestMemoryTurns(LedgerTurnsContract):
    pass
