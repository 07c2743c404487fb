"""What storing signals asks and changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.adapters.sql.alarm_rows import LAST_ALARM, alarm_statement, known_alarms
from alpine_core.adapters.sql.sequence import LAST_RECORD, Places
from alpine_core.adapters.sql.signal_rows import signal_row
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import SIGNALS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.receipt import Receipt, ReceiptStatus
from alpine_core.model.record import RecordKind
from alpine_core.model.signal import VerifiedSignal

_INSERT = insert_into(SIGNALS)


def questions(signals: Sequence[VerifiedSignal]) -> list[Question]:
    """The last record, which of these signals are known, the alarms about them."""
    names = [signal.fields.signal_id for signal in signals]
    known = Question("SELECT signal_id, cursor, verification_hash FROM signals WHERE signal_id {names}", (names,))
    return [LAST_RECORD, known, LAST_ALARM, known_alarms(names)]


def plan(signals: Sequence[VerifiedSignal], received_at: datetime, answers: Answers) -> Plan:
    """A receipt for each signal, in order; rows for the new ones, alarms for contradictions."""
    last, found, last_alarm, alarms_known = answers
    places = Places(last, received_at)
    known = {name: (cursor, digest) for name, cursor, digest in found}
    rows: list[Row] = []
    alarms: list[Alarm] = []
    receipts: list[Receipt] = []
    for signal in signals:
        name, digest = signal.fields.signal_id, signal.verification_hash
        if name in known:
            cursor, stored = known[name]
            if stored != digest:
                alarms.append(_alarm(signal, stored, received_at))
            receipts.append(_known(name, cursor, same=stored == digest))
            continue
        cursor = places.take(RecordKind.SIGNAL, name)
        known[name] = (cursor, digest)
        rows.append(signal_row(signal, cursor, places.recorded_at))
        receipts.append(
            Receipt(signal_id=name, status=ReceiptStatus.ACCEPTED, alpine_signal_id=cursor, record_cursor=cursor)
        )
    raised = alarm_statement(alarms, alarms_known, last_alarm[0][0])
    # What is referred to comes before what refers to it.
    return Plan([places.statement(), Statement(_INSERT, rows), raised], tuple(receipts))


def _known(name: str, cursor: int, *, same: bool) -> Receipt:
    status = ReceiptStatus.DUPLICATE if same else ReceiptStatus.CONFLICT
    return Receipt(signal_id=name, status=status, code=status.value, alpine_signal_id=cursor)


def _alarm(signal: VerifiedSignal, stored: str, at: datetime) -> Alarm:
    return Alarm(
        kind=AlarmKind.SIGNAL_CONFLICT,
        subject=signal.fields.signal_id,
        stored=stored,
        offered=signal.verification_hash,
        evidence=signal.body,
        raised_at=at,
    )
