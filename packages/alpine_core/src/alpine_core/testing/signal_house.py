"""A store and its shelves over one storage, for tests that need several of them."""

from __future__ import annotations

from typing import NamedTuple

from alpine_core.ports import (
    AlarmShelf,
    AuditShelf,
    LogMirror,
    LogWatch,
    MarkShelf,
    RealisedShelf,
    RealisedStore,
    RecordShelf,
    SignalShelf,
    SignalStore,
    WitnessStore,
)
from alpine_core.testing.memory_realised import MemoryRealised
from alpine_core.testing.memory_record_shelf import MemoryRecordShelf
from alpine_core.testing.memory_store import MemoryStore


class SignalHouse(NamedTuple):
    """All over the same storage, empty at first."""

    store: SignalStore
    shelf: SignalShelf
    marks: MarkShelf
    alarms: AlarmShelf
    audit: AuditShelf
    witness: WitnessStore
    mirror: LogMirror
    watch: LogWatch
    realised: RealisedShelf
    trades: RealisedStore
    record: RecordShelf


def memory_house() -> SignalHouse:
    """One in memory."""
    store = MemoryStore()
    ledger, realised, record = store.ledger, MemoryRealised(store), MemoryRecordShelf(store)
    return SignalHouse(store, store, store, store, store, ledger, ledger, ledger, realised, realised, record)
