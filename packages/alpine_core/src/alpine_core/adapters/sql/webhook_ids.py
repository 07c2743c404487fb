"""Ids of accepted signed requests, in a unique column of a SQL database."""

from __future__ import annotations

from datetime import datetime, timedelta

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import WEBHOOK_IDS
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.wire.moments import write_moment

KEPT = timedelta(minutes=10)


class SqlWebhookIds:
    """`ports.WebhookIds` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, webhook_id: str, now: datetime) -> bool:
        known = Question("SELECT 1 FROM webhook_ids WHERE webhook_id = ?", (webhook_id,))

        def plan(answers: Answers) -> Plan:
            if answers[0]:
                return Plan([], False)
            forgotten = Statement("DELETE FROM webhook_ids WHERE seen_at < ?", [(write_moment(now - KEPT),)])
            claimed = Statement(insert_into(WEBHOOK_IDS), [(webhook_id, write_moment(now))])
            return Plan([forgotten, claimed], True)

        first: bool = await self._database.transact("claiming a request", [known], plan)
        return first
