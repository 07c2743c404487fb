"""Receipts: bounded by the server's clock, first of each signal only, and silent about what a tier does not see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from alpine_core.errors import ReaderError, StoreError
from alpine_core.feed import ReceiptBook
from alpine_core.model import Account, DeliveryReceipt, Record, Tier
from alpine_core.testing import FixedClock, MemoryStore
from alpine_core.testing.memory_receipts import MemoryReceipts
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_account, sample_outcome, sample_verified
from alpine_core.tiers import Entitlements
from alpine_core.wire.moments import write_moment
from alpine_core.wire.receipts import Acknowledged, ReceiptReport, read_receipts

HOUR_MS = 3_600_000.0


class CountingStore(MemoryStore):
    """Counts how often records are looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def after(self, cursor: int, limit: int) -> tuple[Record, ...]:
        self.asked += 1
        return await super().after(cursor, limit)


class House:
    def __init__(self) -> None:
        self.store, self.clock, self.kept = CountingStore(), FixedClock(MOMENT), MemoryReceipts()
        self.log = SampleLog()
        self.book = ReceiptBook(self.store, Entitlements(), self.kept, self.clock)

    async def add(self, name: str = "a", confidence: float = 97.0, source: str = "consensus") -> None:
        made_at = write_moment(self.clock.now() - timedelta(milliseconds=100))
        signal = sample_verified(name, confidence=confidence, timestamp=made_at, data_source=source)
        await self.log.store_in(self.store, [signal], self.clock.now())

    async def told(self, tier: Tier, number: int = 1, *, held: float = 0.0, listening: float = HOUR_MS) -> None:
        await self.book.take(account(tier), report(number, held=held, listening=listening))

    async def only(self) -> DeliveryReceipt:
        await self.book.flush()
        (found,) = self.kept.kept.values()
        return found


def account(tier: Tier) -> Account:
    return msgspec.structs.replace(sample_account("ada@example.com", "x"), tier=tier)


def report(*numbers: int, held: float = 0.0, listening: float = HOUR_MS) -> ReceiptReport:
    receipts = tuple(Acknowledged(alpine_signal_id=number, held_ms=held) for number in numbers)
    return ReceiptReport(listening_ms=listening, receipts=receipts)


async def test_latency_counts_from_the_signals_own_time_and_from_when_it_was_stored() -> None:
    house = House()
    await house.add()
    house.clock.advance(seconds=0.5)
    await house.told(Tier.PREMIUM, held=200.0)
    found = await house.only()
    assert (found.from_ingest_ms, found.from_generation_ms) == (300.0, 400.0)
    assert (found.received_at, found.sealed, found.live) == (MOMENT + timedelta(milliseconds=300), False, True)


@pytest.mark.parametrize(("held", "ingest_ms"), [(0.0, 2000.0), (1e6, 0.0)])
async def test_the_servers_clock_bounds_what_a_reader_can_claim(held: float, ingest_ms: float) -> None:
    house = House()
    await house.add()
    house.clock.advance(seconds=2)
    await house.told(Tier.PREMIUM, held=held)
    assert (await house.only()).from_ingest_ms == ingest_ms


async def test_of_a_signal_made_from_recorded_history_no_time_of_generation_counts() -> None:
    house = House()
    await house.add(source="replay_daily")
    await house.told(Tier.PREMIUM)
    found = await house.only()
    assert (found.from_generation_ms, found.from_ingest_ms) == (None, 0.0)


async def test_what_a_reader_catches_up_with_is_kept_and_not_measured() -> None:
    house = House()
    await house.add()
    house.clock.advance(seconds=60)
    await house.told(Tier.PREMIUM, listening=59_999.0)
    assert (await house.only()).live is False
    assert await house.book.latencies(timedelta(hours=1)) == ()


async def test_who_waits_acknowledges_the_seal_and_not_the_day_until_it_opens() -> None:
    house = House()
    await house.add()
    house.clock.advance(seconds=1)
    await house.told(Tier.FREE)
    found = await house.only()
    assert (found.sealed, found.live, found.from_ingest_ms) == (True, True, 1000.0)
    late = House()
    await late.add()
    late.clock.advance(seconds=86_400)
    await late.told(Tier.BASIC, listening=86_400_000.0)
    assert (await late.only()).live is False


async def test_the_first_receipt_of_a_signal_stands() -> None:
    house = House()
    await house.add()
    await house.told(Tier.PREMIUM)
    house.clock.advance(seconds=5)
    await house.told(Tier.PREMIUM)
    assert await house.book.flush() == 1
    await house.told(Tier.PREMIUM)
    assert (await house.only()).from_ingest_ms == 0.0


async def test_what_is_not_there_not_logged_or_no_signal_is_passed_over() -> None:
    house = House()
    await house.store.store([sample_verified("bare")], MOMENT)
    await house.add("a")
    await house.log.resolve_in(house.store, sample_outcome("a"), MOMENT)
    await house.book.take(account(Tier.FREE), report(1, 3, 4, 10**12))
    assert await house.book.flush() == 0
    await house.book.take(account(Tier.FREE), report(1, 2, 3, 4))
    assert (await house.only()).alpine_signal_id == 2


async def test_a_signal_that_thousands_acknowledge_is_looked_up_once() -> None:
    house = House()
    await house.add()
    for number in range(50):
        who = msgspec.structs.replace(account(Tier.PREMIUM), account_id=f"a{number}")
        await house.book.take(who, report(1))
    assert (house.store.asked, await house.book.flush()) == (1, 50)


class AwayStore(MemoryReceipts):
    away = True

    async def keep(self, receipts: Sequence[DeliveryReceipt]) -> None:
        if self.away:
            raise StoreError("gone")
        await super().keep(receipts)


async def test_what_could_not_be_kept_goes_on_waiting() -> None:
    house, store = House(), AwayStore()
    await house.add()
    book = ReceiptBook(house.store, Entitlements(), store, house.clock)
    await book.take(account(Tier.PREMIUM), report(1))
    with pytest.raises(StoreError):
        await book.flush()
    store.away = False
    assert (await book.flush(), await book.flush()) == (1, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"listening_ms":1,"receipts":[]}',
        b'{"listening_ms":-1,"receipts":[{"alpine_signal_id":1}]}',
        b'{"listening_ms":1e9,"receipts":[{"alpine_signal_id":1}]}',
        b'{"listening_ms":NaN,"receipts":[{"alpine_signal_id":1}]}',
        b'{"listening_ms":1,"receipts":[{"alpine_signal_id":0}]}',
        b'{"listening_ms":1,"receipts":[{"alpine_signal_id":1,"held_ms":-0.1}]}',
        b'{"listening_ms":1,"receipts":[{"alpine_signal_id":1,"other":1}]}',
        b'{"listening_ms":1,"receipts":[' + b",".join([b'{"alpine_signal_id":1}'] * 201) + b"]}",
        b"\xff",
    ],
)
def test_a_report_that_says_what_cannot_be_is_refused(body: bytes) -> None:
    with pytest.raises(ReaderError):
        read_receipts(body)
