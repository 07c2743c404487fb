"""Takes what live readers acknowledge, and keeps it a little later, many receipts at a time."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from alpine_core.model.account import Account
from alpine_core.model.delivery_receipt import DeliveryReceipt, Latency
from alpine_core.model.record import Record, RecordKind
from alpine_core.ports.clock import Clock
from alpine_core.ports.receipt_store import ReceiptStore
from alpine_core.ports.signal_shelf import SignalShelf
from alpine_core.tiers.entitlements import Entitlements
from alpine_core.wire.receipts import Acknowledged, ReceiptReport

MOST_KNOWN = 1_000
MOST_WAITING = 50_000
_MILLISECOND = timedelta(milliseconds=1)


class ReceiptBook:
    """One for the process. A receipt that waits when the process dies is lost: it is a measurement, not the record.

    Thousands of readers acknowledge the same signal within a second: it is looked up once, and their receipts share a
    transaction.
    """

    def __init__(self, shelf: SignalShelf, entitlements: Entitlements, store: ReceiptStore, clock: Clock) -> None:
        self._shelf, self._entitlements, self._store, self._clock = shelf, entitlements, store, clock
        self._known: OrderedDict[int, Record] = OrderedDict()
        self._waiting: dict[tuple[str, int], DeliveryReceipt] = {}

    async def take(self, account: Account, report: ReceiptReport) -> None:
        """Note what the account's reader has had. What its tier sees nothing of is passed over without a word, and so
        is everything while too much waits. Raises StoreError."""
        now = self._clock.now()
        listening_since = now - report.listening_ms * _MILLISECOND
        for each in report.receipts:
            key = (account.account_id, each.alpine_signal_id)
            if key in self._waiting or len(self._waiting) >= MOST_WAITING:
                continue
            record = await self._record(each.alpine_signal_id)
            receipt = None if record is None else self._receipt(record, account, each, listening_since, now)
            if receipt is not None:
                self._waiting[key] = receipt

    async def flush(self) -> int:
        """Keep what waits; how many that were. Raises StoreError: then it goes on waiting."""
        taken, self._waiting = self._waiting, {}
        if not taken:
            return 0
        try:
            await self._store.keep(tuple(taken.values()))
        except BaseException:
            self._waiting = {**taken, **self._waiting}
            raise
        return len(taken)

    async def latencies(self, within: timedelta) -> tuple[Latency, ...]:
        """Over what was received within this time until now, and is kept. Raises StoreError."""
        return await self._store.latencies(self._clock.now() - within)

    async def _record(self, number: int) -> Record | None:
        known = self._known.get(number)
        if known is None:
            found = await self._shelf.after(number - 1, 1)
            if not found or found[0].cursor != number or found[0].kind is not RecordKind.SIGNAL:
                return None
            known = self._known[number] = found[0]
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known

    def _receipt(
        self, record: Record, account: Account, told: Acknowledged, listening_since: datetime, now: datetime
    ) -> DeliveryReceipt | None:
        stored, tier = record.stored, account.tier
        if self._entitlements.seen(stored, tier, now) is None:
            return None
        # The reader says how long ago it was, not when: its clock may be wrong, ours bounds what it can claim.
        received_at = min(now, max(record.recorded_at, now - told.held_ms * _MILLISECOND))
        sealed = not self._entitlements.is_live(record, tier)
        too_late = sealed and received_at >= self._entitlements.due_at(record, tier)
        generated_at = None if stored.verified.details.replayed else _moment(stored.verified.fields.timestamp)
        return DeliveryReceipt(
            account_id=account.account_id,
            alpine_signal_id=record.cursor,
            tier=tier,
            sealed=sealed,
            live=listening_since <= record.recorded_at and not too_late,
            received_at=received_at,
            from_generation_ms=None if generated_at is None else max(0.0, (received_at - generated_at) / _MILLISECOND),
            from_ingest_ms=(received_at - record.recorded_at) / _MILLISECOND,
        )


def _moment(timestamp: str) -> datetime | None:
    """The time of a signal; None for one that an older scheme wrote in another way."""
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)
