"""Alerts to the operator on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, Text, bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import ALERT_DELIVERIES, OPERATOR_ALERTS, OPERATOR_MATTERS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.alert_delivery import AlertDelivery, AlertEnd, AlertState, DueAlert, KeptAlert
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.wire.moments import write_moment

_A, _D = OPERATOR_ALERTS.c, ALERT_DELIVERIES.c
_STANDING = Reading(select(OPERATOR_MATTERS))
_LAST = select(_A.number).order_by(_A.number.desc()).limit(bindparam("most", type_=Integer)).subquery()
_NEWEST = Reading(
    select(OPERATOR_ALERTS, _D.channel, _D.state, _D.attempts, _D.next_at, _D.detail)
    .join(_LAST, _LAST.c.number == _A.number)
    .join(ALERT_DELIVERIES, _D.number == _A.number, isouter=True)
    .order_by(_A.number.desc(), _D.channel)
)
_WAITS = (_D.channel == bindparam("wanted"), _D.state == AlertState.WAITING.value)
_ANY_DUE = Reading(select(_D.number).where(*_WAITS, _D.next_at <= bindparam("now", type_=Text)).limit(1))
_CLAIM = "UPDATE alert_deliveries SET attempts = ?, next_at = ? WHERE channel = ? AND number = ?"
_END = "UPDATE alert_deliveries SET state = ?, next_at = ?, detail = ? WHERE channel = ? AND number = ?"
_FIRST_DUE = (
    "SELECT a.number, a.rule, a.subject, a.title, a.message, a.critical, a.at, a.ended, d.attempts "
    "FROM alert_deliveries d JOIN operator_alerts a ON a.number = d.number "
    "WHERE d.channel = ? AND d.state = 'waiting' AND d.next_at <= ? AND NOT EXISTS "
    "(SELECT 1 FROM alert_deliveries e JOIN operator_alerts b ON b.number = e.number WHERE e.channel = d.channel "
    "AND e.state = 'waiting' AND e.number < d.number AND b.rule = a.rule AND b.subject = a.subject) "
    "ORDER BY d.number LIMIT 1"
)
_LONGEST_DETAIL = 300


class SqlOperatorAlerts:
    """`ports.OperatorAlerts` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self) -> dict[tuple[str, str], str]:
        return {(row.rule, row.subject): row.message for row in await self._database.read(_STANDING)}

    async def keep(self, kept: KeptAlert) -> bool:
        place = (kept.alert.rule, kept.alert.subject)

        def plan(answers: Answers) -> Plan:
            stands, newest, known = bool(answers[0]), answers[1][0][0], bool(answers[2])
            if kept.alert.over != stands or known:
                return Plan([], False)
            return Plan(_statements(kept, (newest or 0) + 1), True)

        stands = Question("SELECT 1 FROM operator_matters WHERE rule = ? AND subject = ?", place)
        newest = Question("SELECT max(number) FROM operator_alerts")
        known = Question("SELECT 1 FROM operator_alerts WHERE alert_id = ?", (kept.alert.alert_id,))
        done: bool = await self._database.transact("keeping an alert", [stands, newest, known], plan)
        return done

    async def newest(self, limit: int) -> tuple[KeptAlert, ...]:
        rows = await self._database.read(_NEWEST, most=limit)
        return tuple(_kept(list(group)) for _, group in groupby(rows, lambda row: row.number))

    async def claim(self, channel: str, now: datetime, until: datetime) -> DueAlert | None:
        # Most of the time nothing waits: then nobody who writes is kept waiting.
        moment = write_moment(now)
        if not await self._database.read(_ANY_DUE, wanted=channel, now=moment):
            return None

        def plan(answers: Answers) -> Plan:
            if not answers[0]:
                return Plan([], None)
            number, *members, attempts = answers[0][0]
            claimed = (attempts + 1, write_moment(until), channel, number)
            return Plan([Statement(_CLAIM, [claimed])], DueAlert(alert=_alert(*members), attempts=attempts + 1))

        asked = Question(_FIRST_DUE, (channel, moment))
        due: DueAlert | None = await self._database.transact("claiming an alert", [asked], plan)
        return due

    async def end(self, alert_id: str, channel: str, end: AlertEnd) -> None:
        def plan(answers: Answers) -> Plan:
            detail = " ".join(end.detail.split())[:_LONGEST_DETAIL]
            known = [(end.state.value, write_moment(end.next_at), detail, channel, row[0]) for row in answers[0]]
            return Plan([Statement(_END, known)], None)

        asked = Question("SELECT number FROM operator_alerts WHERE alert_id = ?", (alert_id,))
        await self._database.transact("noting an alert", [asked], plan)


def _statements(kept: KeptAlert, number: int) -> Sequence[Statement]:
    alert = kept.alert
    row = (number, alert.alert_id, alert.rule, alert.subject, alert.title, alert.message)
    deliveries = [
        (one.channel, number, one.state.value, one.attempts, write_moment(one.next_at), one.detail)
        for one in kept.deliveries
    ]
    place = (alert.rule, alert.subject)
    over = Statement("DELETE FROM operator_matters WHERE rule = ? AND subject = ?", [place])
    begins = Statement(insert_into(OPERATOR_MATTERS), [(*place, alert.message)])
    return [
        Statement(insert_into(OPERATOR_ALERTS), [(*row, int(alert.critical), write_moment(alert.at), int(alert.over))]),
        Statement(insert_into(ALERT_DELIVERIES), deliveries),
        over if alert.over else begins,
    ]


def _alert(rule: str, subject: str, title: str, message: str, critical: int, at: str, ended: int) -> OperatorAlert:
    return OperatorAlert(
        rule=rule,
        subject=subject,
        title=title,
        message=message,
        critical=bool(critical),
        at=datetime.fromisoformat(at),
        over=bool(ended),
    )


def _kept(rows: Sequence[Any]) -> KeptAlert:
    first = rows[0]
    alert = _alert(first.rule, first.subject, first.title, first.message, first.critical, first.at, first.ended)
    deliveries = tuple(
        AlertDelivery(
            channel=row.channel,
            next_at=datetime.fromisoformat(row.next_at),
            state=AlertState(row.state),
            attempts=row.attempts,
            detail=row.detail,
        )
        for row in rows
        if row.channel is not None
    )
    return KeptAlert(alert=alert, deliveries=deliveries)
