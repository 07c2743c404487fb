"""Finished trades in a list, beside signals in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.realised import (
    PlacedRealised,
    RealisedFigures,
    RealisedReceipt,
    RealisedRow,
    RealisedTrade,
    StoredRealised,
)
from alpine_core.model.receipt import ReceiptStatus
from alpine_core.model.seal import OutcomeSeal
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.track_record.mean_interval import mean_interval
from alpine_core.verify.realised import statement_text
from alpine_core.verify.realised_place import REFUSALS, SignalPlace, realised_refusal


class MemoryRealised:
    """`ports.RealisedStore` and `RealisedShelf` over the signals of `store`, for one event loop."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._stored: dict[str, StoredRealised] = {}

    async def store(self, trades: Sequence[PlacedRealised], received_at: datetime) -> tuple[RealisedReceipt, ...]:
        return tuple([await self._store_one(one.trade, received_at, one.seal) for one in trades])

    async def of_trade(self, trade_id: str) -> StoredRealised | None:
        return self._stored.get(trade_id)

    async def of_signal(self, signal_id: str) -> tuple[StoredRealised, ...]:
        return tuple(one for one in self._stored.values() if one.trade.signal_id == signal_id)

    async def figures(self) -> tuple[RealisedFigures, ...]:
        found: dict[tuple[str, str], list[float]] = {}
        for one in self._stored.values():
            signal = await self._store.by_id(one.trade.signal_id)
            if one.seal is not None and signal is not None and signal.reveal is not None:
                found.setdefault((one.trade.executor_id, one.trade.mode), []).append(one.trade.net_pct)
        return tuple(_figures(*name, values) for name, values in sorted(found.items()))

    async def rows(self, beyond: int, limit: int) -> tuple[RealisedRow, ...]:
        numbered = list(enumerate(self._stored.values(), 1))[beyond : beyond + limit]
        return tuple([await self._row(number, one) for number, one in numbered])

    async def _store_one(
        self, trade: RealisedTrade, received_at: datetime, seal: OutcomeSeal | None
    ) -> RealisedReceipt:
        place, name = await self._place(trade.signal_id), trade.trade_id
        code = realised_refusal(trade, place, seal)
        if code is not None:
            return RealisedReceipt(trade_id=name, status=ReceiptStatus.REFUSED, code=code, message=REFUSALS[code])
        known = self._stored.get(name)
        if known is None:
            kept = None if place is None or place.origin is None else seal
            self._stored[name] = StoredRealised(trade=trade, seal=kept, recorded_at=received_at)
            return RealisedReceipt(trade_id=name, status=ReceiptStatus.ACCEPTED)
        if known.trade == trade:
            return RealisedReceipt(trade_id=name, status=ReceiptStatus.DUPLICATE, code="duplicate")
        stored, offered = statement_text(known.trade), statement_text(trade)
        kind = AlarmKind.REALISED_CONFLICT
        await self._store.raise_alarm(
            Alarm(
                kind=kind,
                subject=name,
                stored=stored,
                offered=offered,
                evidence=offered.encode(),
                raised_at=received_at,
            )
        )
        return RealisedReceipt(trade_id=name, status=ReceiptStatus.CONFLICT, code="conflict")

    async def _place(self, signal_id: str) -> SignalPlace | None:
        signal = await self._store.by_id(signal_id)
        if signal is None:
            return None
        fields, seal = signal.verified.fields, signal.seal
        if seal is None:
            return SignalPlace(fields.symbol, fields.action, None, None)
        return SignalPlace(fields.symbol, fields.action, seal.origin, seal.leaf_index)

    async def _row(self, number: int, one: StoredRealised) -> RealisedRow:
        place = await self._place(one.trade.signal_id)
        return RealisedRow(
            number=number,
            trade_id=one.trade.trade_id,
            signal_id=one.trade.signal_id,
            executor_id=one.trade.executor_id,
            mode=one.trade.mode,
            net_pct=one.trade.net_pct,
            statement=statement_text(one.trade),
            origin=None if one.seal is None else one.seal.origin,
            leaf_index=None if one.seal is None else one.seal.leaf_index,
            entry=None if one.seal is None else one.seal.entry,
            place=None if place is None else place.leaf_index,
        )


def _figures(executor_id: str, mode: str, values: Sequence[float]) -> RealisedFigures:
    mean, low, high = mean_interval(len(values), sum(values), sum(value * value for value in values))
    return RealisedFigures(
        executor_id=executor_id, mode=mode, trades=len(values), mean_net_pct=mean, low=low, high=high
    )
