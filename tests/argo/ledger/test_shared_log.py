"""Several ledgers over one log: each reads what is new, and none goes on from a log that is not its own."""

from __future__ import annotations

import pytest

from argo_core.errors import StoreError
from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.model.ledger import LedgerState
from argo_core.testing.contracts.ledger_turns import shared_ledger
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_turns import MemoryTurns
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_drafted


class CountedLedger(MemoryLedger):
    """Says how often its end was read whole."""

    loads = 0

    async def load(self) -> LedgerState:
        """The end of the log."""
        self.loads += 1
        return await super().load()


async def test_an_end_that_grew_is_read_whole_once_by_each_writer_and_never_again() -> None:
    store = CountedLedger()
    log, turns = MemoryLog(store), MemoryTurns(store)
    writers = shared_ledger(store, turns), shared_ledger(store, turns)
    for ledger in writers:
        await ledger.keep(MOMENT)
    for number in range(10):
        await _published(writers[number % 2], log, number)
    assert store.loads == 2


async def test_after_an_append_that_failed_the_end_is_read_whole() -> None:
    store = CountedLedger()
    log, turns = MemoryLog(store), MemoryTurns(store)
    ledger = shared_ledger(store, turns)
    await ledger.keep(MOMENT)
    await _published(ledger, log, 1)
    with pytest.raises(StoreError):
        await _published(ledger, log, 1)
    await _published(ledger, log, 2)
    assert store.loads == 2
    assert (await store.load()).head.next_seq == {"main": 2}


async def test_a_log_that_was_put_back_to_an_older_state_is_not_signed() -> None:
    seen, ledger = await _ledger_of(6)
    older = await _filled(MemoryLedger(), 4)
    seen.put_in_place(older)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"has 4 entries, and had 6: .* run: argo ledger recover"):
            await _published(ledger, MemoryLog(older), 9)
    assert (await older.load()).head.size == 4


async def test_a_log_that_was_put_back_and_has_grown_beyond_ours_meanwhile_is_not_signed() -> None:
    seen, ledger = await _ledger_of(6)
    other = await _filled(MemoryLedger(), 4)
    await _published(shared_ledger(other, MemoryTurns(other)), MemoryLog(other), 50, 51, 52)
    seen.put_in_place(other)
    with pytest.raises(StoreError, match="the first 6 entries of the ledger are others than they were"):
        await _published(ledger, MemoryLog(other), 9)


async def test_stored_hashes_that_do_not_lead_to_the_newest_note_are_not_signed() -> None:
    store = await _filled(MemoryLedger(), 4)
    swapped = await _filled(MemoryLedger(), 4, salt=7)
    ledger = shared_ledger(SwappedEnd(swapped), MemoryTurns(store))
    with pytest.raises(StoreError, match="do not lead to the root of its newest note"):
        await ledger.keep(MOMENT)


class SwappedEnd(MemoryLedger):
    """A store whose end is that of another log."""

    def __init__(self, other: MemoryLedger) -> None:
        super().__init__()
        self._other = other

    async def load(self) -> LedgerState:
        """The other's."""
        return await self._other.load()


class ReplacedTurns(MemoryTurns):
    """Turns at a log that somebody may put another in the place of."""

    def put_in_place(self, other: MemoryLedger) -> None:
        """From now on `other` is what is stored."""
        self._store = other


async def _ledger_of(size: int) -> tuple[ReplacedTurns, Ledger]:
    store = await _filled(MemoryLedger(), 2)
    turns = ReplacedTurns(store)
    ledger = shared_ledger(store, turns)
    async with ledger.turn():
        pass
    for number in range(size - 2):
        await _published(ledger, MemoryLog(store), number)
    assert (await ledger.head()).size == size
    return turns, ledger


async def _filled(store: MemoryLedger, size: int, salt: int = 0) -> MemoryLedger:
    """Genesis, the methodology, and signals up to `size` entries."""
    ledger = Ledger(store, [KEY], LedgerPolicy(origin=ORIGIN), lambda: bytes([salt]) * 32)
    await ledger.keep(MOMENT)
    for number in range(size - 2):
        await _published(ledger, MemoryLog(store), number)
    return store


async def _published(ledger: Ledger, log: MemoryLog, *numbers: int) -> None:
    for number in numbers:
        async with ledger.turn():
            await append_drafted(ledger, log, published_cycle(f"CYC-{number}", [f"S{number}"]))
