"""Calls of webhooks on a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, Text, bindparam, func, or_, select

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.delivery_rows import INSERT_DELIVERY, delivery_row, read_delivery
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import WEBHOOK_DELIVERIES, WEBHOOK_ENDPOINTS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.adapters.sql.webhook_store import read_endpoint
from alpine_core.model.webhook import DeliveryEnd, DeliveryState, DueDelivery, WebhookDelivery
from alpine_core.wire.moments import write_moment

_LONGEST_REASON = 300
_C = WEBHOOK_DELIVERIES.c
_STATE = bindparam("state", type_=Text)
_NEWEST = Reading(
    select(WEBHOOK_DELIVERIES)
    .where(_C.account_id == bindparam("wanted"), or_(_STATE == "", _C.state == _STATE))
    .order_by(_C.queued_at.desc(), _C.cursor.desc(), _C.delivery_id.desc())
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("offset", type_=Integer))
)
_WAITING = (_C.state == DeliveryState.WAITING.value) & (_C.next_at <= bindparam("now", type_=Text))
_DUE = Reading(select(_C.delivery_id).where(_WAITING).limit(1))
_DEAD = Reading(
    select(func.count().label("dead"))
    .select_from(WEBHOOK_DELIVERIES)
    .where(_C.state == DeliveryState.DEAD.value, _C.next_at >= bindparam("since", type_=Text))
)
_BY_ID = Reading(
    select(WEBHOOK_DELIVERIES, WEBHOOK_ENDPOINTS.c.sealed, WEBHOOK_ENDPOINTS.c.created_at)
    .join(WEBHOOK_ENDPOINTS, WEBHOOK_ENDPOINTS.c.endpoint_id == _C.endpoint_id)
    .where(_C.delivery_id == bindparam("wanted"))
)
_FIRST_DUE = (
    "SELECT delivery_id FROM webhook_deliveries due WHERE state = 'waiting' AND next_at <= ? AND NOT EXISTS "
    "(SELECT 1 FROM webhook_deliveries other WHERE other.endpoint_id = due.endpoint_id AND other.leased_until > ?) "
    "ORDER BY next_at, cursor, delivery_id LIMIT 1"
)
_OWN = "SELECT state FROM webhook_deliveries WHERE account_id = ? AND delivery_id = ?"


class SqlDeliveries:
    """`ports.DeliveryQueue` and `ports.DeliveryShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database, self._box = database, box

    async def queue(self, delivery: WebhookDelivery) -> bool:
        def plan(answers: Answers) -> Plan:
            known = bool(answers[0])
            return Plan([Statement(INSERT_DELIVERY, [delivery_row(delivery)] if known else [])], known)

        own = (delivery.account_id, delivery.endpoint_id)
        there = Question("SELECT 1 FROM webhook_endpoints WHERE account_id = ? AND endpoint_id = ?", own)
        queued: bool = await self._database.transact("queueing a call", [there], plan)
        return queued

    async def claim(self, now: datetime, until: datetime) -> DueDelivery | None:
        # Most of the time nothing waits: then nobody who writes is kept waiting.
        moment = write_moment(now)
        if not await self._database.read(_DUE, now=moment):
            return None

        def plan(answers: Answers) -> Plan:
            if not answers[0]:
                return Plan([], None)
            delivery_id: str = answers[0][0][0]
            lease = write_moment(until)
            put = (
                "UPDATE webhook_deliveries SET attempts = attempts + 1, next_at = ?, leased_until = ? "
                "WHERE delivery_id = ?"
            )
            return Plan([Statement(put, [(lease, lease, delivery_id)])], delivery_id)

        # A crash after this line is an attempt that nobody knows the end of: it is due again at `until`.
        first = Question(_FIRST_DUE, (moment, moment))
        claimed: str | None = await self._database.transact("claiming a call", [first], plan)
        return None if claimed is None else await self._due(claimed)

    async def end(self, delivery_id: str, end: DeliveryEnd) -> None:
        put = (
            "UPDATE webhook_deliveries SET state = ?, next_at = ?, leased_until = '', last_status = ?, last_error = ? "
            "WHERE delivery_id = ?"
        )
        reason = " ".join(end.reason.split())[:_LONGEST_REASON]
        row = (end.state.value, write_moment(end.next_at), end.status, reason, delivery_id)
        await self._database.transact("noting a call", [], lambda _none: Plan([Statement(put, [row])], None))

    async def deliveries(
        self, account_id: str, state: DeliveryState | None, limit: int, offset: int = 0
    ) -> tuple[WebhookDelivery, ...]:
        asked = "" if state is None else state.value
        rows = await self._database.read(_NEWEST, wanted=account_id, state=asked, most=limit, offset=offset)
        return tuple(read_delivery(row) for row in rows)

    async def replay(self, account_id: str, delivery_id: str, now: datetime) -> bool:
        def plan(answers: Answers) -> Plan:
            if not answers[0]:
                return Plan([], False)
            again = [] if answers[0][0][0] == DeliveryState.WAITING.value else [(write_moment(now), delivery_id)]
            put = "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = ? WHERE delivery_id = ?"
            return Plan([Statement(put, again)], True)

        own = Question(_OWN, (account_id, delivery_id))
        found: bool = await self._database.transact("making a call again", [own], plan)
        return found

    async def dead_since(self, moment: datetime) -> int:
        return int((await self._database.read(_DEAD, since=write_moment(moment)))[0].dead)

    async def remove_settled(self, before: datetime) -> int:
        limit = (write_moment(before),)
        settled = "FROM webhook_deliveries WHERE state <> 'waiting' AND next_at < ?"

        def plan(answers: Answers) -> Plan:
            return Plan([Statement(f"DELETE {settled}", [limit])], answers[0][0][0])

        count = Question(f"SELECT count(*) {settled}", limit)
        removed: int = await self._database.transact("removing old calls", [count], plan)
        return removed

    async def _due(self, delivery_id: str) -> DueDelivery | None:
        rows = await self._database.read(_BY_ID, wanted=delivery_id)
        if not rows:  # the webhook was removed in between
            return None
        row = rows[0]
        endpoint = read_endpoint(self._box, row.endpoint_id, row.account_id, row.sealed, row.created_at)
        return DueDelivery(delivery=read_delivery(row), endpoint=endpoint)
