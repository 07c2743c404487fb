"""The log in memory keeps the promises of the ports that it stands in for."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.outbox import OutboxContract
from argo_core.testing.contracts.readers import DecisionReaderContract, SignalReaderContract
from argo_core.testing.contracts.signal_log import SignalLogContract
from argo_core.testing.memory_log import MemoryLog


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def reader(log: MemoryLog) -> MemoryLog:
    return log


@pytest.fixture
def decisions(log: MemoryLog) -> MemoryLog:
    return log


@pytest.fixture
def outbox(log: MemoryLog) -> MemoryLog:
    return log


class TestMemorySignalLog(SignalLogContract):
    pass


class TestMemorySignalReader(SignalReaderContract):
    pass


class TestMemoryDecisionReader(DecisionReaderContract):
    pass


class TestMemoryOutbox(OutboxContract):
    pass
