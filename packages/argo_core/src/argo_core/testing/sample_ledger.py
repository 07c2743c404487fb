"""A ledger for tests: a key that everybody knows, salts that count, and cycles sealed as the pipeline does it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime

import msgspec

from argo_core.ledger import CycleDraft, Ledger, LedgerPolicy, SigningKey
from argo_core.model.cycle import CycleRecord
from argo_core.ports.ledger_store import LedgerStore
from argo_core.ports.signal_log import SignalLog
from argo_core.testing.sample_cycles import MOMENT

ORIGIN = "argo.example/signals"
KEY = SigningKey(ORIGIN, bytes(range(32)))
"""Never use it for a log of your own."""


def counting_salts() -> Callable[[], bytes]:
    """Salts of 32 bytes that a test can tell apart."""
    numbers = itertools.count(1)
    return lambda: next(numbers).to_bytes(32, "big")


def sample_ledger(store: LedgerStore, *, reveal_after_hours: float = 24.0) -> Ledger:
    """A ledger over `store` with the sample key."""
    policy = LedgerPolicy(origin=ORIGIN, reveal_after_hours=reveal_after_hours)
    return Ledger(store, [KEY], policy, counting_salts())


async def append_sealed(ledger: Ledger, log: SignalLog, cycle: CycleRecord, at: datetime = MOMENT) -> CycleDraft | None:
    """Store a cycle with its entries: what is due first, then the cycle's own. Raises StoreError."""
    await ledger.keep(at)
    return await append_drafted(ledger, log, cycle, at)


async def append_drafted(
    ledger: Ledger, log: SignalLog, cycle: CycleRecord, at: datetime = MOMENT
) -> CycleDraft | None:
    """Store a cycle with its entries, and nothing else that is due. Raises StoreError."""
    drafted = ledger.draft(ledger.not_before(at), cycle.signals, cycle.outcomes, cycle.data_source)
    ledger.forget()
    await log.append(cycle if drafted is None else msgspec.structs.replace(cycle, ledger=drafted.batch))
    if drafted is not None:
        ledger.appended(drafted)
    return drafted
