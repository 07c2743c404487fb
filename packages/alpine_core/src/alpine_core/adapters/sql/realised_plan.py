"""What storing finished trades asks and changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.adapters.sql.alarm_rows import LAST_ALARM, alarm_statement, known_alarms
from alpine_core.adapters.sql.ledger_tables import REALISED
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.realised import PlacedRealised, RealisedReceipt
from alpine_core.model.receipt import ReceiptStatus
from alpine_core.model.seal import OutcomeSeal
from alpine_core.verify.realised import statement_text
from alpine_core.verify.realised_place import REFUSALS, SignalPlace, realised_refusal
from alpine_core.wire.moments import write_moment

_INSERT = insert_into(REALISED)
_LAST = Question("SELECT coalesce(max(id), 0), coalesce(max(recorded_at), '') FROM realised")
_SIGNALS = """SELECT s.signal_id, z.log, s.symbol, s.action, o.origin, z.leaf_index FROM signals s
LEFT JOIN seals z ON z.cursor = s.cursor LEFT JOIN log_origins o ON o.log = z.log WHERE s.signal_id {names}"""
_KNOWN = "SELECT trade_id, statement FROM realised WHERE trade_id {names}"


def questions(trades: Sequence[PlacedRealised]) -> list[Question]:
    """The last row, the trades' signals with their places in a log, the trades that are known, the alarms."""
    signals = Question(_SIGNALS, (sorted({one.trade.signal_id for one in trades}),))
    names = [one.trade.trade_id for one in trades]
    return [_LAST, signals, Question(_KNOWN, (names,)), LAST_ALARM, known_alarms(names)]


def plan(trades: Sequence[PlacedRealised], received_at: datetime, answers: Answers) -> Plan:
    """A receipt for each trade, in order; rows for the new ones, alarms for contradictions."""
    last, signals, known, last_alarm, alarms_known = answers
    places = {row[0]: SignalPlace(*row[2:]) for row in signals}
    logs = {row[0]: row[1] for row in signals}
    stored = {row[0]: row[1] for row in known}
    recorded_at = max(write_moment(received_at), last[0][1])  # times never decrease, even if the clock went back
    rows: list[Row] = []
    alarms: list[Alarm] = []
    receipts: list[RealisedReceipt] = []
    for one in trades:
        trade = one.trade
        text, name = statement_text(trade), trade.trade_id
        code = realised_refusal(trade, places.get(trade.signal_id), one.seal)
        if code is not None:
            receipts.append(
                RealisedReceipt(trade_id=name, status=ReceiptStatus.REFUSED, code=code, message=REFUSALS[code])
            )
            continue
        first = stored.setdefault(name, text)
        status = ReceiptStatus.DUPLICATE if first == text else ReceiptStatus.CONFLICT
        if first is text:
            status = ReceiptStatus.ACCEPTED
            place = _place(logs[trade.signal_id], one.seal)
            beside = (trade.executor_id, trade.mode, trade.net_pct, text)
            rows.append((last[0][0] + len(rows) + 1, name, trade.signal_id, *beside, *place, recorded_at))
        elif status is ReceiptStatus.CONFLICT:
            alarms.append(_conflict(name, first, text, received_at))
        code = None if status is ReceiptStatus.ACCEPTED else status.value
        receipts.append(RealisedReceipt(trade_id=name, status=status, code=code))
    raised = alarm_statement(alarms, alarms_known, last_alarm[0][0])
    return Plan([Statement(_INSERT, rows), raised], tuple(receipts))


def _conflict(trade_id: str, stored: str, offered: str, at: datetime) -> Alarm:
    """Two statements under one name."""
    kind = AlarmKind.REALISED_CONFLICT
    return Alarm(kind=kind, subject=trade_id, stored=stored, offered=offered, evidence=offered.encode(), raised_at=at)


def _place(log: int | None, seal: OutcomeSeal | None) -> Row:
    if log is None or seal is None:
        return (None,) * 5
    return (log, seal.leaf_index, seal.entry, seal.tlog_proof, seal.size)
