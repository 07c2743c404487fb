"""Calls of webhooks as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import WEBHOOK_DELIVERIES
from alpine_core.adapters.sql.transaction import Row
from alpine_core.model.record import RecordKind
from alpine_core.model.webhook import TEST, DeliveryState, WebhookDelivery
from alpine_core.wire.moments import write_moment

INSERT_DELIVERY = insert_into(WEBHOOK_DELIVERIES)


def delivery_row(one: WebhookDelivery) -> Row:
    """The parameters of `INSERT_DELIVERY`, for one that nobody has claimed."""
    times = (write_moment(one.queued_at), write_moment(one.next_at), "")
    known = (one.delivery_id, one.endpoint_id, one.account_id, one.cursor, one.type, one.state.value, one.attempts)
    return (*known, *times, one.last_status, one.last_error)


def read_delivery(row: Any) -> WebhookDelivery:
    """What a row says."""
    return WebhookDelivery(
        delivery_id=row.delivery_id,
        endpoint_id=row.endpoint_id,
        account_id=row.account_id,
        cursor=row.cursor,
        kind=None if row.kind == TEST else RecordKind(row.kind),
        queued_at=datetime.fromisoformat(row.queued_at),
        next_at=datetime.fromisoformat(row.next_at),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        last_status=row.last_status,
        last_error=row.last_error,
    )
