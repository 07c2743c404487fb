"""Everything about signals in lists and dicts: the store and its shelves over one memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from alpine_core.model.alarm import Alarm, AlarmKind, RaisedSubject
from alpine_core.model.audit_row import AuditRow, OutcomeRow, SignalRow, StrayRow
from alpine_core.model.mark import Mark, MarkReceipt, MarkSeries
from alpine_core.model.query import Page, SignalQuery, Window
from alpine_core.model.receipt import Receipt, ReceiptStatus
from alpine_core.model.record import Record, RecordKind
from alpine_core.model.seal import OutcomeSeal
from alpine_core.model.signal import OutcomeRecord, StoredSignal, VerifiedSignal
from alpine_core.model.witness import Advance
from alpine_core.ports.mark_shelf import MOST_BARS, MOST_TIMEFRAMES, Span
from alpine_core.ports.signal_store import NO_SEALS
from alpine_core.testing.memory_ledger import MemoryLedger
from alpine_core.testing.memory_page import is_shown, page_of
from alpine_core.verify.outcome_rules import OUTCOME_MISMATCH, is_reckoned
from alpine_core.wire.moments import write_moment

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class MemoryStore:
    """`ports.SignalStore`, `SignalShelf`, `MarkShelf`, `AlarmShelf` and `AuditShelf` at once, for one event loop.

    `ledger` is what it knows of logs.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._signals: dict[str, StoredSignal] = {}
        self._marks: dict[tuple[str, str, datetime], tuple[str, Mark]] = {}
        self._alarms: list[Alarm] = []
        self.ledger = MemoryLedger(self._alarms)

    async def store(
        self, signals: Sequence[VerifiedSignal], received_at: datetime, advances: Sequence[Advance] = ()
    ) -> tuple[Receipt, ...]:
        self.ledger.require_published(signals, advances)
        self.ledger.keep(advances, received_at)
        return tuple(self._store_one(verified, received_at) for verified in signals)

    async def store_outcomes(
        self,
        outcomes: Sequence[OutcomeRecord],
        received_at: datetime,
        seals: Mapping[str, OutcomeSeal] = NO_SEALS,
    ) -> tuple[Receipt, ...]:
        return tuple(self._resolve_one(outcome, seals.get(outcome.signal_id), received_at) for outcome in outcomes)

    async def store_marks(self, series: Sequence[MarkSeries], received_at: datetime) -> MarkReceipt:
        counts = {"stored": 0, "duplicates": 0, "conflicts": 0}
        for one in series:
            for mark in one.marks:
                counts[self._mark_one(one.origin, mark, received_at)] += 1
        return MarkReceipt(**counts)

    async def raise_alarm(self, alarm: Alarm) -> None:
        known = {(seen.kind, seen.subject, seen.offered) for seen in self._alarms}
        if (alarm.kind, alarm.subject, alarm.offered) not in known:
            self._alarms.append(msgspec.structs.replace(alarm, alarm_id=len(self._alarms) + 1))

    async def after(self, cursor: int, limit: int) -> tuple[Record, ...]:
        return tuple(self.records[cursor : cursor + limit])

    async def by_id(self, signal_id: str) -> StoredSignal | None:
        found = self._signals.get(signal_id)
        return None if found is None else self.ledger.disclosed(found)

    async def page(self, query: SignalQuery, window: Window) -> Page[StoredSignal]:
        newest_first = sorted(map(self.ledger.disclosed, self._signals.values()), key=lambda stored: -stored.cursor)
        return page_of([stored for stored in newest_first if is_shown(stored, window)], query)

    async def newest_cursor(self) -> int:
        return len(self.records)

    async def bars(
        self, symbol: str, since: datetime, until: datetime, around: datetime | None = None, limit: int = MOST_BARS
    ) -> tuple[MarkSeries, ...]:
        within = [each for each in self._marks.values() if each[1].symbol == symbol and since <= each[1].start <= until]
        timeframes = sorted({mark.timeframe for mark in self.marks_of(symbol)})[:MOST_TIMEFRAMES]
        part = max(1, limit // max(1, len(timeframes)))
        series: dict[tuple[str, str], list[Mark]] = {}
        for timeframe in timeframes[:limit]:
            bars = sorted((each for each in within if each[1].timeframe == timeframe), key=lambda each: each[1].start)
            for origin, mark in _part_of(bars, until if around is None else around, part):
                series.setdefault((timeframe, origin), []).append(mark)
        return tuple(
            MarkSeries(symbol=symbol, timeframe=timeframe, origin=origin, marks=tuple(marks))
            for (timeframe, origin), marks in sorted(series.items())
        )

    async def newest_bars(self, spans: Sequence[Span]) -> tuple[Mark | None, ...]:
        within = [[mark for mark in self.marks_of(one.symbol) if one.since <= mark.start <= one.until] for one in spans]
        lasts = [sorted(marks, key=lambda mark: mark.timeframe) for marks in within]
        return tuple(max(marks, key=lambda mark: mark.start, default=None) for marks in lasts)

    def marks_of(self, symbol: str) -> list[Mark]:
        """Every bar of the symbol, in the order in which they came."""
        return [mark for _, mark in self._marks.values() if mark.symbol == symbol]

    async def rows(self, cursor: int, limit: int) -> tuple[AuditRow, ...]:
        return tuple(_audit_row(record) for record in self.records[cursor : cursor + limit])

    async def strays(self, limit: int) -> tuple[StrayRow, ...]:
        return ()

    async def newest(self, limit: int) -> tuple[Alarm, ...]:
        return tuple(reversed(self._alarms))[:limit]

    async def alarms_of(self, kind: AlarmKind | None, before: int | None, limit: int) -> tuple[Alarm, ...]:
        found = [
            alarm
            for alarm in reversed(self._alarms)
            if kind in (None, alarm.kind) and (before is None or alarm.alarm_id < before)
        ]
        return tuple(found[:limit])

    async def subjects_since(self, since: datetime, limit: int) -> tuple[RaisedSubject, ...]:
        found: dict[tuple[AlarmKind, str], datetime] = {}
        for one in self._alarms:
            if one.raised_at > since:
                place = (one.kind, one.subject)
                found[place] = max(one.raised_at, found.get(place, one.raised_at))
        raised = [RaisedSubject(kind=kind, subject=subject, raised_at=at) for (kind, subject), at in found.items()]
        kinds = sorted({one.kind for one in raised})
        return tuple(one for kind in kinds for one in [each for each in raised if each.kind is kind][:limit])

    async def count_alarms(self) -> int:
        return len(self._alarms)

    def _store_one(self, verified: VerifiedSignal, received_at: datetime) -> Receipt:
        name = verified.fields.signal_id
        known = self._signals.get(name)
        if known is not None:
            status = self._compare(
                AlarmKind.SIGNAL_CONFLICT,
                name,
                (known.verified.verification_hash, verified.verification_hash),
                verified.body,
                received_at,
            )
            return _receipt(name, status, known.cursor)
        code = None if verified.seal is None else self.ledger.refusal(verified.seal)
        if code is not None:
            return Receipt(signal_id=name, status=ReceiptStatus.REFUSED, code=code, message="look at the numbers")
        if verified.seal is not None:
            self.ledger.take(verified.seal)
        stored = StoredSignal(cursor=len(self.records) + 1, verified=verified, received_at=self._time(received_at))
        self._signals[name] = stored
        self._record(RecordKind.SIGNAL, stored, stored.received_at)
        return _receipt(name, ReceiptStatus.ACCEPTED, stored.cursor, len(self.records))

    def _resolve_one(self, outcome: OutcomeRecord, seal: OutcomeSeal | None, received_at: datetime) -> Receipt:
        name = outcome.signal_id
        stored = self._signals.get(name)
        if stored is None:
            return Receipt(signal_id=name, status=ReceiptStatus.REFUSED, code="unknown_signal")
        place = stored.seal
        if place is not None and seal is None:
            return Receipt(signal_id=name, status=ReceiptStatus.REFUSED, code="unlogged_outcome")
        if place is not None and seal is not None and (seal.origin, seal.of) != (place.origin, place.leaf_index):
            return Receipt(signal_id=name, status=ReceiptStatus.REFUSED, code="bad_entry")
        fields = stored.verified.fields
        if place is not None and not is_reckoned(outcome, fields.action, fields.entry_price):
            return Receipt(signal_id=name, status=ReceiptStatus.REFUSED, code=OUTCOME_MISMATCH)
        if stored.outcome is not None:
            texts = (_text(stored.outcome), _text(outcome))
            status = self._compare(AlarmKind.OUTCOME_CONFLICT, name, texts, texts[1].encode(), received_at)
            return _receipt(name, status, stored.cursor)
        resolved = msgspec.structs.replace(
            stored, outcome=outcome, resolved_at=self._time(received_at), outcome_seal=seal if place else None
        )
        self._signals[name] = resolved
        self._record(RecordKind.OUTCOME, resolved, self._time(received_at))
        return _receipt(name, ReceiptStatus.ACCEPTED, stored.cursor, len(self.records))

    def _mark_one(self, origin: str, mark: Mark, received_at: datetime) -> str:
        key = (mark.symbol, mark.timeframe, mark.start)
        known = self._marks.setdefault(key, (origin, mark))
        if known[1] is mark:
            return "stored"
        name = f"{mark.symbol} {mark.timeframe} {mark.start.isoformat()}"
        texts = (_text(known[1]), _text(mark))
        status = self._compare(AlarmKind.MARK_CONFLICT, name, texts, texts[1].encode(), received_at)
        return "duplicates" if status is ReceiptStatus.DUPLICATE else "conflicts"

    def _compare(
        self, kind: AlarmKind, subject: str, contents: tuple[str, str], evidence: bytes, at: datetime
    ) -> ReceiptStatus:
        stored, offered = contents
        if stored == offered:
            return ReceiptStatus.DUPLICATE
        known = {(seen.kind, seen.subject, seen.offered) for seen in self._alarms}
        if (kind, subject, offered) not in known:
            self._alarms.append(
                Alarm(
                    kind=kind,
                    subject=subject,
                    stored=stored,
                    offered=offered,
                    evidence=evidence,
                    raised_at=at,
                    alarm_id=len(self._alarms) + 1,
                )
            )
        return ReceiptStatus.CONFLICT

    def _record(self, kind: RecordKind, stored: StoredSignal, at: datetime) -> None:
        self.records.append(Record(cursor=len(self.records) + 1, kind=kind, recorded_at=at, stored=stored))

    def _time(self, received_at: datetime) -> datetime:
        return max(received_at, self.records[-1].recorded_at if self.records else _EARLIEST)


def _receipt(signal_id: str, status: ReceiptStatus, cursor: int, record: int | None = None) -> Receipt:
    code = None if status is ReceiptStatus.ACCEPTED else status.value
    return Receipt(signal_id=signal_id, status=status, code=code, alpine_signal_id=cursor, record_cursor=record)


def _text(content: OutcomeRecord | Mark) -> str:
    return msgspec.json.encode(content).decode()


def _audit_row(record: Record) -> AuditRow:
    fields, at = record.stored.verified.fields, write_moment(record.recorded_at)
    resolved = record.stored.outcome if record.kind is RecordKind.OUTCOME else None
    return AuditRow(
        cursor=record.cursor,
        kind=record.kind.value,
        name=fields.signal_id,
        recorded_at=at,
        signal=None if resolved else SignalRow(signal_id=fields.signal_id, received_at=at, stored=record.stored),
        outcome=OutcomeRow(signal_id=fields.signal_id, recorded_at=at, has_signal=True, outcome=resolved)
        if resolved
        else None,
    )


def _part_of(bars: list[tuple[str, Mark]], around: datetime, part: int) -> list[tuple[str, Mark]]:
    at = sum(mark.start < around for _, mark in bars)
    first = max(0, min(at - (part - part // 2), len(bars) - part))
    return bars[first : first + part]
