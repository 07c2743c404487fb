"""What storing bars asks and changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from alpine_core.adapters.sql.alarm_rows import LAST_ALARM, alarm_statement, known_alarms
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import MARKS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.mark import Mark, MarkReceipt, MarkSeries
from alpine_core.wire.moments import write_moment

_INSERT = insert_into(MARKS)
_KNOWN = (
    "SELECT symbol, timeframe, start, open, high, low, close, volume FROM marks "
    "WHERE symbol = ? AND timeframe = ? AND start BETWEEN ? AND ?"
)


def questions(series: Sequence[MarkSeries]) -> list[Question]:
    """The last bar's number, the alarms, and for each series what is stored of its time."""
    last = Question("SELECT coalesce(max(id), 0) FROM marks")
    subjects = known_alarms(_subject(mark) for one in series for mark in one.marks)
    return [last, LAST_ALARM, subjects, *(_stored_of(one) for one in series)]


def plan(series: Sequence[MarkSeries], received_at: datetime, answers: Answers) -> Plan:
    """How many bars are new, known or contradict; rows for the new ones, alarms for contradictions."""
    last, last_alarm, alarms_known, *stored = answers
    known = {tuple(row[:3]): tuple(row[3:]) for rows in stored for row in rows}
    rows: list[Row] = []
    alarms: list[Alarm] = []
    duplicates = conflicts = 0
    for origin, mark in ((one.origin, mark) for one in series for mark in one.marks):
        key = (mark.symbol, mark.timeframe, write_moment(mark.start))
        figures = (mark.open, mark.high, mark.low, mark.close, mark.volume)
        if key not in known:
            known[key] = figures
            rows.append((last[0][0] + len(rows) + 1, *key, *figures, origin, write_moment(received_at)))
        elif known[key] == figures:
            duplicates += 1
        else:
            conflicts += 1
            alarms.append(_alarm(mark, known[key], received_at))
    raised = alarm_statement(alarms, alarms_known, last_alarm[0][0])
    receipt = MarkReceipt(stored=len(rows), duplicates=duplicates, conflicts=conflicts)
    return Plan([Statement(_INSERT, rows), raised], receipt)


def _stored_of(series: MarkSeries) -> Question:
    starts = [write_moment(mark.start) for mark in series.marks]
    return Question(_KNOWN, (series.symbol, series.timeframe, min(starts), max(starts)))


def _subject(mark: Mark) -> str:
    return f"{mark.symbol} {mark.timeframe} {write_moment(mark.start)}"


def _alarm(mark: Mark, stored: Row, at: datetime) -> Alarm:
    offered = msgspec.json.encode((mark.open, mark.high, mark.low, mark.close, mark.volume))
    return Alarm(
        kind=AlarmKind.MARK_CONFLICT,
        subject=_subject(mark),
        stored=msgspec.json.encode(stored).decode(),
        offered=offered.decode(),
        evidence=offered,
        raised_at=at,
    )
