"""Notices on their way into a SQL database: everything that one step of a feed leads to, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.delivery_rows import INSERT_DELIVERY, delivery_row
from alpine_core.adapters.sql.mail_rows import QUEUE_MAIL, mail_row
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import NOTICE_POSITIONS, NOTICES
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.notice import Filling, NewNotice
from alpine_core.model.tier import Tier
from alpine_core.model.webhook import WebhookDelivery
from alpine_core.wire.moments import write_moment

_POSITION = Reading(select(NOTICE_POSITIONS.c.position).where(NOTICE_POSITIONS.c.tier == bindparam("tier")))
_INSERT = insert_into(NOTICES)
_BEGIN = "INSERT INTO notice_positions (position, tier) VALUES (?, ?)"
_GO_ON = "UPDATE notice_positions SET position = ? WHERE tier = ?"


class SqlNoticeLedger:
    """`ports.NoticeLedger` on SQLite or PostgreSQL. Mails are queued with the notices, so both or neither is kept."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database, self._box = database, box

    async def position(self, tier: Tier) -> str | None:
        rows = await self._database.read(_POSITION, tier=tier.value)
        return rows[0].position if rows else None

    async def fill(self, filling: Filling) -> bool:
        def plan(answers: Answers) -> Plan:
            if (answers[0][0][0] if answers[0] else None) != filling.before:
                return Plan([], False)
            step = Statement(_BEGIN if filling.before is None else _GO_ON, [(filling.after, filling.tier)])
            # A crash before the commit leaves the position where it was, and nothing of the step.
            return Plan([step, *self._statements(filling, answers[1:])], True)

        filled: bool = await self._database.transact("storing notices", _questions(filling), plan)
        return filled

    async def remove_before(self, moment: datetime) -> int:
        limit = (write_moment(moment),)
        count = Question("SELECT count(*) FROM notices WHERE created_at < ?", limit)

        def plan(answers: Answers) -> Plan:
            return Plan([Statement("DELETE FROM notices WHERE created_at < ?", [limit])], answers[0][0][0])

        removed: int = await self._database.transact("removing old notices", [count], plan)
        return removed

    async def forget(self, account_id: str) -> None:
        gone = Statement("DELETE FROM notices WHERE account_id = ?", [(account_id,)])
        await self._database.transact("forgetting notices", [], lambda _none: Plan([gone], None))

    def _statements(self, filling: Filling, answers: Answers) -> list[Statement]:
        if not filling.notices:
            return []
        known, last, held, endpoints = answers
        numbers = {row[0]: 0 for row in held} | {row[0]: row[1] for row in last}
        there, told = {row[0] for row in held}, {(row[0], row[1]) for row in known}
        fresh = [one for one in filling.notices if one.account_id in there and (one.account_id, one.cursor) not in told]
        news = {(one.account_id, one.cursor) for one in fresh}
        at = write_moment(filling.at)
        rows: list[Row] = []
        for one in fresh:
            numbers[one.account_id] += 1
            number = numbers[one.account_id]
            rows.append((one.account_id, number, one.cursor, one.kind.value, int(one.shown), at, None))
        mails = [
            mail_row(self._box, each.mail, filling.at)
            for each in filling.mails
            if any((each.account_id, cursor) in news for cursor in each.cursors)
        ]
        calls = list(_calls(fresh, {row[0] for row in endpoints}, filling.at))
        return [Statement(_INSERT, rows), Statement(INSERT_DELIVERY, calls), Statement(QUEUE_MAIL, mails)]


def _questions(filling: Filling) -> Sequence[Question]:
    position = Question("SELECT position FROM notice_positions WHERE tier = ?", (filling.tier,))
    if not filling.notices:
        return [position]
    cursors = [one.cursor for one in filling.notices]
    accounts = sorted({one.account_id for one in filling.notices})
    known = "SELECT account_id, cursor FROM notices WHERE account_id {names} AND cursor >= ? AND cursor <= ?"
    last = "SELECT account_id, max(number) FROM notices WHERE account_id {names} GROUP BY account_id"
    return [
        position,
        Question(known, (accounts, min(cursors), max(cursors))),
        Question(last, (accounts,)),
        Question("SELECT account_id FROM accounts WHERE account_id {names} AND tier = ?", (accounts, filling.tier)),
        Question("SELECT endpoint_id FROM webhook_endpoints WHERE account_id {names}", (accounts,)),
    ]


def _calls(notices: Iterable[NewNotice], there: set[str], at: datetime) -> Iterable[Row]:
    for one in notices:
        for delivery_id, endpoint_id in one.deliveries:
            if endpoint_id in there:
                yield delivery_row(
                    WebhookDelivery(
                        delivery_id=delivery_id,
                        endpoint_id=endpoint_id,
                        account_id=one.account_id,
                        cursor=one.cursor,
                        kind=one.kind,
                        queued_at=at,
                        next_at=at,
                    )
                )
