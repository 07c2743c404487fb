"""Reading what is kept of payments from a SQL database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, bindparam, or_, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import BILLING_BOOKS, INVOICES, PAYMENT_NOTICES, SUBSCRIPTIONS
from alpine_core.model.billing import ENDED, BillingBook, PaidInvoice, Subscription, SubscriptionState
from alpine_core.model.tier import Tier
from alpine_core.wire.moments import write_moment

_WANTED = bindparam("wanted", type_=Text)
_NOW = bindparam("now", type_=Text)
_MOST = bindparam("most", type_=Integer)
_BOOK = Reading(
    select(BILLING_BOOKS.c.version, BILLING_BOOKS.c.customer_id, *SUBSCRIPTIONS.c)
    .select_from(BILLING_BOOKS.outerjoin(SUBSCRIPTIONS, SUBSCRIPTIONS.c.account_id == BILLING_BOOKS.c.account_id))
    .where(BILLING_BOOKS.c.account_id == _WANTED)
    .order_by(SUBSCRIPTIONS.c.subscription_id)
)
_TAKEN = Reading(select(PAYMENT_NOTICES.c.notice_id).where(PAYMENT_NOTICES.c.notice_id == _WANTED))
_DUE = Reading(
    select(SUBSCRIPTIONS.c.subscription_id)
    .where(
        *(SUBSCRIPTIONS.c.state != state.value for state in ENDED),
        or_(
            SUBSCRIPTIONS.c.failed_at.is_not(None),
            SUBSCRIPTIONS.c.period_end < _NOW,
            SUBSCRIPTIONS.c.next_at < _NOW,
        ),
    )
    .order_by(SUBSCRIPTIONS.c.seen_at, SUBSCRIPTIONS.c.subscription_id)
    .limit(_MOST)
)
_INVOICES = Reading(
    select(INVOICES)
    .where(INVOICES.c.account_id == _WANTED)
    .order_by(INVOICES.c.paid_at.desc(), INVOICES.c.invoice_id)
    .limit(_MOST)
)


class SqlBillingShelf:
    """`ports.BillingShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, account_id: str) -> BillingBook:
        rows = await self._database.read(_BOOK, wanted=account_id)
        if not rows:
            return BillingBook(account_id=account_id)
        return BillingBook(
            account_id=account_id,
            version=rows[0].version,
            customer_id=rows[0].customer_id,
            subscriptions=tuple(_subscription(row) for row in rows if row.subscription_id is not None),
        )

    async def taken(self, notice_id: str) -> bool:
        return bool(await self._database.read(_TAKEN, wanted=notice_id))

    async def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        rows = await self._database.read(_DUE, now=write_moment(now), most=limit)
        return tuple(row.subscription_id for row in rows)

    async def invoices(self, account_id: str, limit: int) -> tuple[PaidInvoice, ...]:
        rows = await self._database.read(_INVOICES, wanted=account_id, most=limit)
        return tuple(
            PaidInvoice(
                invoice_id=row.invoice_id,
                amount_cents=row.amount_cents,
                currency=row.currency,
                paid_at=datetime.fromisoformat(row.paid_at),
            )
            for row in rows
        )


def _subscription(row: Any) -> Subscription:
    return Subscription(
        subscription_id=row.subscription_id,
        tier=_tier(row.tier),
        state=SubscriptionState(row.state),
        granted=Tier(row.granted),
        seen_at=datetime.fromisoformat(row.seen_at),
        period_end=_moment(row.period_end),
        next_tier=_tier(row.next_tier),
        next_at=_moment(row.next_at),
        failed_at=_moment(row.failed_at),
    )


def _tier(text: str | None) -> Tier | None:
    return None if text is None else Tier(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
