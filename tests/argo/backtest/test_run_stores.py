"""What a backtest remembers keeps the promises of the ports."""

from __future__ import annotations

import pytest

from argo_core.backtest.run_stores import RunBarWindow, RunHalts, RunInbox, RunWatchLog
from argo_core.testing.contracts.execution_journal import ExecutionJournalContract
from argo_core.testing.contracts.halt_log import HaltLogContract
from argo_core.testing.contracts.risk_memory import BarWindowContract, FlattenLogContract, WatchLogContract
from argo_core.testing.contracts.signal_inbox import SignalInboxContract


@pytest.fixture(name="inbox")
def empty_inbox() -> RunInbox:
    return RunInbox()


@pytest.fixture
def journal(inbox: RunInbox) -> RunInbox:
    return inbox


@pytest.fixture(name="halts")
def empty_halts() -> RunHalts:
    return RunHalts()


@pytest.fixture
def flattens(halts: RunHalts) -> RunHalts:
    return halts


@pytest.fixture
def watch_log() -> RunWatchLog:
    return RunWatchLog()


@pytest.fixture
def window() -> RunBarWindow:
    return RunBarWindow()


class TestRunInbox(SignalInboxContract):
    pass


class TestRunJournal(ExecutionJournalContract):
    pass


class TestRunHalts(HaltLogContract):
    pass


class TestRunFlattens(FlattenLogContract):
    pass


class TestRunWatchLog(WatchLogContract):
    pass


class TestRunBarWindow(BarWindowContract):
    pass
