"""What storing outcomes asks and changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from alpine_core.adapters.sql.alarm_rows import LAST_ALARM, alarm_statement, known_alarms
from alpine_core.adapters.sql.sequence import LAST_RECORD, Places
from alpine_core.adapters.sql.signal_rows import outcome_row
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import OUTCOMES
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.receipt import Receipt, ReceiptStatus
from alpine_core.model.record import RecordKind
from alpine_core.model.signal import OutcomeRecord

_INSERT = insert_into(OUTCOMES)


def questions(outcomes: Sequence[OutcomeRecord]) -> list[Question]:
    """The last record, the signals of these outcomes, the outcomes that they have, the alarms about them."""
    names = [outcome.signal_id for outcome in outcomes]
    signals = Question("SELECT signal_id, cursor FROM signals WHERE signal_id {names}", (names,))
    resolved = Question(
        "SELECT signal_id, outcome, result, exit_price, exit_at, profit_loss_pct FROM outcomes WHERE signal_id {names}",
        (names,),
    )
    return [LAST_RECORD, signals, resolved, LAST_ALARM, known_alarms(names)]


def plan(outcomes: Sequence[OutcomeRecord], received_at: datetime, answers: Answers) -> Plan:
    """A receipt for each outcome, in order; rows for the new ones, alarms for contradictions."""
    last, signals, resolved, last_alarm, alarms_known = answers
    places = Places(last, received_at)
    cursors = {row[0]: row[1] for row in signals}
    stored = {row[0]: _outcome(row) for row in resolved}
    rows: list[Row] = []
    alarms: list[Alarm] = []
    receipts: list[Receipt] = []
    for outcome in outcomes:
        name = outcome.signal_id
        status, record_cursor = ReceiptStatus.ACCEPTED, None
        if name not in cursors:
            status = ReceiptStatus.REFUSED
        elif name not in stored:
            record_cursor = places.take(RecordKind.OUTCOME, name)
            stored[name] = outcome
            rows.append(outcome_row(outcome, record_cursor, places.recorded_at))
        elif stored[name] == outcome:
            status = ReceiptStatus.DUPLICATE
        else:
            status = ReceiptStatus.CONFLICT
            alarms.append(_alarm(stored[name], outcome, received_at))
        receipts.append(_receipt(name, status, cursors.get(name), record_cursor))
    raised = alarm_statement(alarms, alarms_known, last_alarm[0][0])
    return Plan([places.statement(), Statement(_INSERT, rows), raised], tuple(receipts))


def _outcome(row: Row) -> OutcomeRecord:
    name, outcome, result, exit_price, exit_at, profit_loss_pct = row
    return OutcomeRecord(
        signal_id=name,
        outcome=outcome,
        result=result,
        exit_price=exit_price,
        exit_at=exit_at,
        profit_loss_pct=profit_loss_pct,
    )


def _receipt(name: str, status: ReceiptStatus, cursor: int | None, record_cursor: int | None) -> Receipt:
    code: str | None = status.value
    message = None
    if status is ReceiptStatus.ACCEPTED:
        code = None
    elif status is ReceiptStatus.REFUSED:
        code, message = "unknown_signal", "no signal of this name is stored: send the signal first"
    return Receipt(
        signal_id=name,
        status=status,
        code=code,
        alpine_signal_id=cursor,
        message=message,
        record_cursor=record_cursor,
    )


def _alarm(stored: OutcomeRecord, offered: OutcomeRecord, at: datetime) -> Alarm:
    evidence = msgspec.json.encode(offered)
    return Alarm(
        kind=AlarmKind.OUTCOME_CONFLICT,
        subject=offered.signal_id,
        stored=msgspec.json.encode(stored).decode(),
        offered=evidence.decode(),
        evidence=evidence,
        raised_at=at,
    )
