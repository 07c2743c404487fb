"""What storing signals asks and changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.adapters.sql.alarm_rows import LAST_ALARM, alarm_statement, known_alarms
from alpine_core.adapters.sql.seal_plan import SealChanges, origins_of, seal_questions
from alpine_core.adapters.sql.sequence import LAST_RECORD, Places
from alpine_core.adapters.sql.signal_rows import signal_row
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import SIGNALS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.adapters.sql.witness_plan import WitnessChanges, witness_questions
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.receipt import Receipt, ReceiptStatus
from alpine_core.model.record import RecordKind
from alpine_core.model.signal import VerifiedSignal
from alpine_core.model.witness import Advance

_INSERT = insert_into(SIGNALS)
_SEQUENCE = {
    "seq_gap": "a number of the stream is missing before this one: send what comes before it, or the log's entries",
    "seq_duplicate": "this number of the stream, or this place in the log, is another signal's: an alarm is due",
}


def questions(signals: Sequence[VerifiedSignal], advances: Sequence[Advance] = ()) -> list[Question]:
    """The last record, which of these signals are known, the alarms about them; where their logs stand."""
    names = [signal.fields.signal_id for signal in signals]
    known = Question("SELECT signal_id, cursor, verification_hash FROM signals WHERE signal_id {names}", (names,))
    asked = [LAST_RECORD, known, LAST_ALARM, known_alarms(names)]
    origins = _origins(signals, advances)
    return asked if not origins else [*asked, *witness_questions(origins, advances), *seal_questions(signals)]


def plan(
    signals: Sequence[VerifiedSignal], advances: Sequence[Advance], received_at: datetime, answers: Answers
) -> Plan:
    """A receipt for each signal, in order; rows for the new ones, alarms for contradictions."""
    last, found, last_alarm, alarms_known = answers[:4]
    places = Places(last, received_at)
    known = {name: (cursor, digest) for name, cursor, digest in found}
    witnessed, seals = _ledger_changes(signals, advances, received_at, answers[4:])
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
        refusal = None if signal.seal is None else seals.refusal(signal.seal)
        if refusal is not None:
            receipts.append(_refused(name, refusal))
            continue
        cursor = places.take(RecordKind.SIGNAL, name)
        known[name] = (cursor, digest)
        rows.append(signal_row(signal, cursor, places.recorded_at))
        if signal.seal is not None:
            seals.take(signal.seal, cursor)
        receipts.append(
            Receipt(signal_id=name, status=ReceiptStatus.ACCEPTED, alpine_signal_id=cursor, record_cursor=cursor)
        )
    raised = alarm_statement(alarms, alarms_known, last_alarm[0][0])
    # What is referred to comes before what refers to it.
    changes = [*witnessed.statements(), places.statement(), Statement(_INSERT, rows), seals.statement(), raised]
    return Plan(changes, tuple(receipts))


def _origins(signals: Sequence[VerifiedSignal], advances: Sequence[Advance]) -> list[str]:
    return list(dict.fromkeys([*origins_of(signals), *(one.origin for one in advances)]))


def _ledger_changes(
    signals: Sequence[VerifiedSignal], advances: Sequence[Advance], received_at: datetime, answers: Answers
) -> tuple[WitnessChanges, SealChanges]:
    origins = _origins(signals, advances)
    if not origins:
        return WitnessChanges((), (), [[(0,)]], received_at), SealChanges((), (), {})
    asked = 1 + len(origins) + len(advances)
    witnessed = WitnessChanges(origins, advances, answers[:asked], received_at)
    witnessed.require_published(origins_of(signals))
    return witnessed, SealChanges(signals, answers[asked:], witnessed.places)


def _refused(name: str, code: str) -> Receipt:
    return Receipt(signal_id=name, status=ReceiptStatus.REFUSED, code=code, message=_SEQUENCE[code])


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
