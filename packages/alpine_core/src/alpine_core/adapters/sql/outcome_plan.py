"""What storing outcomes asks and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from alpine_core.adapters.sql.alarm_rows import LAST_ALARM, alarm_statement, known_alarms
from alpine_core.adapters.sql.ledger_tables import OUTCOME_SEALS
from alpine_core.adapters.sql.sequence import LAST_RECORD, Places
from alpine_core.adapters.sql.signal_rows import outcome_row
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import OUTCOMES
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.receipt import Receipt, ReceiptStatus
from alpine_core.model.record import RecordKind
from alpine_core.model.seal import OutcomeSeal
from alpine_core.model.signal import OutcomeRecord
from alpine_core.verify.outcome_rules import OUTCOME_MISMATCH, is_reckoned

_INSERT = insert_into(OUTCOMES)
_INSERT_SEALS = insert_into(OUTCOME_SEALS)
_SIGNALS = """SELECT s.signal_id, s.cursor, z.log, o.origin, z.leaf_index, s.action, s.entry_price FROM signals s
LEFT JOIN seals z ON z.cursor = s.cursor LEFT JOIN log_origins o ON o.log = z.log WHERE s.signal_id {names}"""
_RESOLVED = """SELECT signal_id, outcome, result, exit_price, exit_at, profit_loss_pct, net_pct FROM outcomes
WHERE signal_id {names}"""
_REFUSALS = {
    "unknown_signal": "no signal of this name is stored: send the signal first",
    "unlogged_outcome": "the signal is in the log and this outcome is not: send its entry and proof",
    "bad_entry": "the log's entry is the outcome of another signal",
    OUTCOME_MISMATCH: "profit_loss_pct is not what the signal's entry price and the logged exit price give",
}


def questions(outcomes: Sequence[OutcomeRecord]) -> list[Question]:
    """The last record, the signals of these outcomes with their places in a log, the outcomes that they have, the
    alarms about them."""
    names = [outcome.signal_id for outcome in outcomes]
    signals = Question(_SIGNALS, (names,))
    resolved = Question(_RESOLVED, (names,))
    return [LAST_RECORD, signals, resolved, LAST_ALARM, known_alarms(names)]


def plan(
    outcomes: Sequence[OutcomeRecord], seals: Mapping[str, OutcomeSeal], received_at: datetime, answers: Answers
) -> Plan:
    """A receipt for each outcome, in order; rows for the new ones, alarms for contradictions."""
    last, signals, resolved, last_alarm, alarms_known = answers
    places = Places(last, received_at)
    known = {row[0]: row[1:] for row in signals}
    sealed: list[Row] = []
    stored = {row[0]: _outcome(row) for row in resolved}
    rows: list[Row] = []
    alarms: list[Alarm] = []
    receipts: list[Receipt] = []
    for outcome in outcomes:
        name = outcome.signal_id
        status, record_cursor = ReceiptStatus.ACCEPTED, None
        refusal = _refusal(outcome, known.get(name), seals.get(name))
        if refusal is not None:
            receipts.append(_refused(name, refusal, known.get(name)))
            continue
        if name not in stored:
            record_cursor = places.take(RecordKind.OUTCOME, name)
            stored[name] = outcome
            rows.append(outcome_row(outcome, record_cursor, places.recorded_at))
            if name in seals and known[name][1] is not None:
                sealed.append(_seal_row(seals[name], record_cursor, known[name][1]))
        elif stored[name] == outcome:
            status = ReceiptStatus.DUPLICATE
        else:
            status = ReceiptStatus.CONFLICT
            alarms.append(_alarm(stored[name], outcome, received_at))
        receipts.append(_receipt(name, status, known[name][0], record_cursor))
    raised = alarm_statement(alarms, alarms_known, last_alarm[0][0])
    changes = [places.statement(), Statement(_INSERT, rows), Statement(_INSERT_SEALS, sealed), raised]
    return Plan(changes, tuple(receipts))


def _refusal(outcome: OutcomeRecord, signal: Row | None, seal: OutcomeSeal | None) -> str | None:
    if signal is None:
        return "unknown_signal"
    _, log, origin, leaf_index, action, entry_price = signal
    if log is None:
        return None
    if seal is None:
        return "unlogged_outcome"
    if (seal.origin, seal.of) != (origin, leaf_index):
        return "bad_entry"
    return None if is_reckoned(outcome, action, entry_price) else OUTCOME_MISMATCH


def _refused(name: str, code: str, signal: Row | None) -> Receipt:
    cursor = None if signal is None else signal[0]
    return Receipt(
        signal_id=name,
        status=ReceiptStatus.REFUSED,
        code=code,
        alpine_signal_id=cursor,
        message=_REFUSALS[code],
    )


def _seal_row(seal: OutcomeSeal, cursor: int, log: int) -> Row:
    return (cursor, log, seal.leaf_index, seal.of, seal.entry, seal.tlog_proof, seal.size)


def _outcome(row: Row) -> OutcomeRecord:
    name, outcome, result, exit_price, exit_at, profit_loss_pct, net_pct = row
    return OutcomeRecord(
        signal_id=name,
        outcome=outcome,
        result=result,
        exit_price=exit_price,
        exit_at=exit_at,
        profit_loss_pct=profit_loss_pct,
        net_pct=net_pct,
    )


def _receipt(name: str, status: ReceiptStatus, cursor: int, record_cursor: int | None) -> Receipt:
    code = None if status is ReceiptStatus.ACCEPTED else status.value
    return Receipt(signal_id=name, status=status, code=code, alpine_signal_id=cursor, record_cursor=record_cursor)


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
