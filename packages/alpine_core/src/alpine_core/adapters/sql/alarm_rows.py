"""Alarms as rows: which are new, and what is inserted for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import ALARMS
from alpine_core.adapters.sql.transaction import Question, Row, Statement
from alpine_core.model.alarm import Alarm
from alpine_core.wire.moments import write_moment

LAST_ALARM = Question("SELECT coalesce(max(id), 0) FROM alarms")
_INSERT = insert_into(ALARMS)


def known_alarms(subjects: Iterable[str]) -> Question:
    """Which alarms there are about these subjects."""
    return Question("SELECT kind, subject, offered_sha256 FROM alarms WHERE subject {names}", (sorted(set(subjects)),))


def alarm_statement(alarms: Iterable[Alarm], known: Sequence[Row], last: int) -> Statement:
    """The insertion of those alarms that are not known, numbered from `last` + 1."""
    seen = {tuple(row) for row in known}
    rows: list[Row] = []
    for alarm in alarms:
        digest = hashlib.sha256(alarm.offered.encode()).hexdigest()
        key = (alarm.kind.value, alarm.subject, digest)
        if key in seen:
            continue
        seen.add(key)
        rows.append(
            (
                last + len(rows) + 1,
                alarm.kind.value,
                alarm.subject,
                alarm.stored,
                alarm.offered,
                digest,
                alarm.evidence,
                write_moment(alarm.raised_at),
            )
        )
    return Statement(_INSERT, rows)
