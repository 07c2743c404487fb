"""The log in memory keeps the promises of the ports that it stands in for."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.ledger import LedgerContract
from argo_core.testing.contracts.ledger_realised import LedgerRealisedContract
from argo_core.testing.contracts.ledger_recovery import LedgerRecoveryContract
from argo_core.testing.contracts.outbox import OutboxContract
from argo_core.testing.contracts.readers import DecisionReaderContract, SignalReaderContract
from argo_core.testing.contracts.signal_log import SignalLogContract
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_reports import MemoryReports


@pytest.fixture
def store() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def ledgers(store: MemoryLedger) -> MemoryLedger:
    return store


@pytest.fixture
def cosignatures(store: MemoryLedger) -> MemoryLedger:
    return store


@pytest.fixture
def log(store: MemoryLedger) -> MemoryLog:
    return MemoryLog(store)


@pytest.fixture
def reader(log: MemoryLog) -> MemoryLog:
    return log


@pytest.fixture
def decisions(log: MemoryLog) -> MemoryLog:
    return log


@pytest.fixture
def outbox(log: MemoryLog) -> MemoryLog:
    return log


@pytest.fixture
def reports(store: MemoryLedger) -> MemoryReports:
    reports = MemoryReports({"c1-s0": ("AAPL", "BUY"), "c1-s1": ("NVDA", "BUY")})
    store.hear_trades(reports.reported_trades)
    return reports


class TestMemorySignalLog(SignalLogContract):
    pass


class TestMemorySignalReader(SignalReaderContract):
    pass


class TestMemoryDecisionReader(DecisionReaderContract):
    pass


class TestMemoryOutbox(OutboxContract):
    pass


class TestMemoryLedger(LedgerContract):
    pass


class TestMemoryLedgerRecovery(LedgerRecoveryContract):
    pass


class TestMemoryLedgerRealised(LedgerRealisedContract):
    pass
