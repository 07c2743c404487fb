"""Rules for notices on a SQL database."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import ACCOUNTS, NOTICE_RULES, WEBHOOK_ENDPOINTS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.notice import Addressee, NoticeChannel, NoticeFilter, NoticeRule
from alpine_core.model.tier import Tier
from alpine_core.wire.moments import write_moment

_INSERT = insert_into(NOTICE_RULES)
_OF_ACCOUNT = Reading(
    select(NOTICE_RULES)
    .where(NOTICE_RULES.c.account_id == bindparam("wanted"))
    .order_by(NOTICE_RULES.c.created_at.desc(), NOTICE_RULES.c.rule_id.desc())
)
_OF_TIER = Reading(
    select(*NOTICE_RULES.c, ACCOUNTS.c.email, ACCOUNTS.c.email_verified)
    .join(ACCOUNTS, ACCOUNTS.c.account_id == NOTICE_RULES.c.account_id)
    .where(ACCOUNTS.c.tier == bindparam("tier"))
    .order_by(NOTICE_RULES.c.account_id, NOTICE_RULES.c.created_at.desc(), NOTICE_RULES.c.rule_id.desc())
)
_ENDPOINTS_OF_TIER = Reading(
    select(WEBHOOK_ENDPOINTS.c.account_id, WEBHOOK_ENDPOINTS.c.endpoint_id)
    .join(ACCOUNTS, ACCOUNTS.c.account_id == WEBHOOK_ENDPOINTS.c.account_id)
    .where(ACCOUNTS.c.tier == bindparam("tier"))
    .order_by(WEBHOOK_ENDPOINTS.c.created_at, WEBHOOK_ENDPOINTS.c.endpoint_id)
)


class SqlNoticeRules:
    """`ports.NoticeRules` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, rule: NoticeRule, most: int) -> bool:
        def plan(answers: Answers) -> Plan:
            fits = bool(answers[0]) and answers[1][0][0] < most
            return Plan([Statement(_INSERT, [_row(rule)] if fits else [])], fits)

        questions = [
            Question("SELECT 1 FROM accounts WHERE account_id = ?", (rule.account_id,)),
            Question("SELECT count(*) FROM notice_rules WHERE account_id = ?", (rule.account_id,)),
        ]
        stored: bool = await self._database.transact("storing a rule", questions, plan)
        return stored

    async def of_account(self, account_id: str) -> tuple[NoticeRule, ...]:
        return tuple(_rule(row) for row in await self._database.read(_OF_ACCOUNT, wanted=account_id))

    async def remove(self, account_id: str, rule_id: str) -> bool:
        own = (account_id, rule_id)

        def plan(answers: Answers) -> Plan:
            sql = "DELETE FROM notice_rules WHERE account_id = ? AND rule_id = ?"
            return Plan([Statement(sql, [own])], bool(answers[0]))

        known = Question("SELECT 1 FROM notice_rules WHERE account_id = ? AND rule_id = ?", own)
        removed: bool = await self._database.transact("removing a rule", [known], plan)
        return removed

    async def of_tier(self, tier: Tier) -> tuple[Addressee, ...]:
        rows = await self._database.read(_OF_TIER, tier=tier.value)
        if not rows:
            return ()
        endpoints: dict[str, list[str]] = defaultdict(list)
        for row in await self._database.read(_ENDPOINTS_OF_TIER, tier=tier.value):
            endpoints[row.account_id].append(row.endpoint_id)
        held: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            held[row.account_id].append(row)
        return tuple(_addressee(own, endpoints[account_id]) for account_id, own in held.items())


def _addressee(rows: list[Any], endpoints: list[str]) -> Addressee:
    first = rows[0]
    return Addressee(
        account_id=first.account_id,
        email=first.email if first.email_verified else None,
        endpoint_ids=tuple(endpoints),
        rules=tuple(_rule(row) for row in rows),
    )


def _row(rule: NoticeRule) -> Row:
    wanted = msgspec.json.encode(rule.filter).decode()
    return (rule.rule_id, rule.account_id, wanted, " ".join(rule.channels), write_moment(rule.created_at))


def _rule(row: Any) -> NoticeRule:
    return NoticeRule(
        rule_id=row.rule_id,
        account_id=row.account_id,
        filter=msgspec.json.decode(row.filter, type=NoticeFilter),
        channels=tuple(NoticeChannel(channel) for channel in row.channels.split()),
        created_at=datetime.fromisoformat(row.created_at),
    )
