"""What the track record is reckoned from, out of signals in memory."""

from __future__ import annotations

from datetime import date

from alpine_core.model.closed_signal import ClosedSignal, DayClose
from alpine_core.model.record import Record, RecordKind
from alpine_core.model.signal import OutcomeRecord
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.wire.market_time import market_time


class MemoryRecordShelf:
    """`ports.RecordShelf` over the signals of `store`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def closed(self, beyond: int, limit: int) -> tuple[ClosedSignal, ...]:
        logged = (
            _closed(record, record.stored.outcome)
            for record in self._store.records[beyond:]
            if record.kind is RecordKind.OUTCOME and record.stored.outcome_seal and record.stored.outcome
        )
        return tuple(logged)[:limit]

    async def day_closes(self, symbol: str, since: date, until: date) -> tuple[DayClose, ...]:
        lasts: dict[date, tuple[float, str, float]] = {}
        for mark in self._store.marks_of(symbol):
            day = mark.start.date()
            key = (-mark.start.timestamp(), mark.timeframe, mark.close)
            if since <= day <= until:
                lasts[day] = min(key, lasts.get(day, key))
        return tuple(DayClose(day=day, close=last[2]) for day, last in sorted(lasts.items()))


def _closed(record: Record, outcome: OutcomeRecord) -> ClosedSignal:
    stored = record.stored
    fields, details = stored.verified.fields, stored.verified.details
    return ClosedSignal(
        cursor=record.cursor,
        signal_id=fields.signal_id,
        symbol=fields.symbol,
        action=fields.action,
        strategy=fields.strategy,
        confidence=fields.confidence,
        win_probability=details.win_probability,
        regime=details.regime,
        entry_price=fields.entry_price,
        exit_price=outcome.exit_price,
        result=outcome.result,
        gross_pct=outcome.profit_loss_pct,
        stated_net_pct=outcome.net_pct,
        opened_at=market_time(details.as_of, fields.timestamp) or stored.received_at,
        closed_at=market_time(outcome.exit_at) or record.recorded_at,
        received_at=stored.received_at,
        replayed=(details.data_source or "").startswith("replay"),
    )
