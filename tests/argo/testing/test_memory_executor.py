"""The executor's stores in memory keep the promises of their ports."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.execution_journal import ExecutionJournalContract
from argo_core.testing.contracts.signal_inbox import SignalInboxContract
from argo_core.testing.memory_executor import MemoryExecutorStore


@pytest.fixture(name="inbox")
def empty_store() -> MemoryExecutorStore:
    return MemoryExecutorStore()


@pytest.fixture
def journal(inbox: MemoryExecutorStore) -> MemoryExecutorStore:
    return inbox


class TestMemoryInbox(SignalInboxContract):
    pass


class TestMemoryJournal(ExecutionJournalContract):
    pass
