"""What a store of delivery receipts must do. Fixtures: `receipts`, empty; `house`, for the signals."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from alpine_core.model.delivery_receipt import DeliveryReceipt, Latency, LatencyStart
from alpine_core.model.tier import Tier
from alpine_core.ports.receipt_store import ReceiptStore
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_verified
from alpine_core.testing.signal_house import SignalHouse

FIRST = DeliveryReceipt(
    account_id="ada",
    alpine_signal_id=1,
    tier=Tier.PREMIUM,
    sealed=False,
    live=True,
    received_at=MOMENT + timedelta(milliseconds=250),
    from_generation_ms=1250.5,
    from_ingest_ms=250.0,
)
replace = msgspec.structs.replace


async def signals(house: SignalHouse, count: int) -> None:
    await SampleLog().store_in(house.store, [sample_verified(f"s{number}") for number in range(count)], MOMENT)


class ReceiptsContract:
    async def test_the_first_receipt_of_a_signal_stands(self, receipts: ReceiptStore, house: SignalHouse) -> None:
        await signals(house, 2)
        other = replace(FIRST, alpine_signal_id=2, sealed=True, live=False, from_generation_ms=None)
        await receipts.keep([FIRST])
        await receipts.keep([replace(FIRST, from_ingest_ms=1.0), other, replace(other, tier=Tier.FREE)])
        assert await receipts.of_account("ada", 0, 10) == (FIRST, other)
        assert await receipts.of_account("ada", 1, 10) == (other,)
        assert await receipts.of_account("ada", 0, 1) == (FIRST,)
        assert await receipts.of_account("bob", 0, 10) == ()

    async def test_percentiles_are_the_nearest_ranks_of_each_tier(
        self, receipts: ReceiptStore, house: SignalHouse
    ) -> None:
        await signals(house, 1)
        many = [
            replace(FIRST, account_id=f"a{number}", from_ingest_ms=float(number), from_generation_ms=number + 1000.0)
            for number in range(1, 201)
        ]
        few = [replace(FIRST, account_id=f"f{ms}", tier=Tier.FREE, from_ingest_ms=ms) for ms in (3.0, 1.0, 2.0)]
        await receipts.keep([*many, *(replace(one, from_generation_ms=None) for one in few)])
        assert await receipts.latencies(MOMENT) == (
            _latency(Tier.FREE, LatencyStart.INGEST, 3, 2.0, 3.0, 3.0),
            _latency(Tier.PREMIUM, LatencyStart.GENERATION, 200, 1100.0, 1190.0, 1198.0),
            _latency(Tier.PREMIUM, LatencyStart.INGEST, 200, 100.0, 190.0, 198.0),
        )

    async def test_what_was_caught_up_with_or_is_older_does_not_count(
        self, receipts: ReceiptStore, house: SignalHouse
    ) -> None:
        await signals(house, 1)
        late = replace(FIRST, account_id="late", live=False, from_ingest_ms=9e6)
        await receipts.keep([FIRST, late])
        assert [(one.count, one.p99_ms) for one in await receipts.latencies(MOMENT)] == [(1, 1250.5), (1, 250.0)]
        assert await receipts.latencies(FIRST.received_at + timedelta(milliseconds=1)) == ()

    async def test_an_accounts_receipts_go_with_it(self, receipts: ReceiptStore, house: SignalHouse) -> None:
        await signals(house, 2)
        await receipts.keep([FIRST, replace(FIRST, alpine_signal_id=2), replace(FIRST, account_id="bob")])
        assert await receipts.forget("ada") == 2
        assert await receipts.forget("ada") == 0
        assert await receipts.of_account("ada", 0, 10) == ()
        assert len(await receipts.of_account("bob", 0, 10)) == 1


def _latency(tier: Tier, start: LatencyStart, count: int, p50: float, p95: float, p99: float) -> Latency:
    return Latency(tier=tier, start=start, count=count, p50_ms=p50, p95_ms=p95, p99_ms=p99)
