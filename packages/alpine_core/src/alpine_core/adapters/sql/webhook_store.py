"""Webhooks of subscribers on a SQL database: address and secrets are sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import WEBHOOK_ENDPOINTS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.webhook import WebhookEndpoint
from alpine_core.wire.moments import write_moment

_INSERT = insert_into(WEBHOOK_ENDPOINTS)
_OF_ACCOUNT = Reading(
    select(WEBHOOK_ENDPOINTS)
    .where(WEBHOOK_ENDPOINTS.c.account_id == bindparam("wanted"))
    .order_by(WEBHOOK_ENDPOINTS.c.created_at.desc(), WEBHOOK_ENDPOINTS.c.endpoint_id.desc())
)
_OWN = (
    "SELECT endpoint_id, account_id, sealed, created_at FROM webhook_endpoints WHERE account_id = ? AND endpoint_id = ?"
)


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    url: str
    secret: str
    former_secret: str | None
    former_until: datetime | None


class SqlWebhooks:
    """`ports.WebhookStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database, self._box = database, box

    async def add(self, endpoint: WebhookEndpoint, most: int) -> bool:
        row = (
            endpoint.endpoint_id,
            endpoint.account_id,
            _seal(self._box, endpoint),
            write_moment(endpoint.created_at),
        )

        def plan(answers: Answers) -> Plan:
            fits = bool(answers[0]) and answers[1][0][0] < most
            return Plan([Statement(_INSERT, [row] if fits else [])], fits)

        questions = [
            Question("SELECT 1 FROM accounts WHERE account_id = ?", (endpoint.account_id,)),
            Question("SELECT count(*) FROM webhook_endpoints WHERE account_id = ?", (endpoint.account_id,)),
        ]
        stored: bool = await self._database.transact("storing a webhook", questions, plan)
        return stored

    async def of_account(self, account_id: str) -> tuple[WebhookEndpoint, ...]:
        rows = await self._database.read(_OF_ACCOUNT, wanted=account_id)
        return tuple(read_endpoint(self._box, *row) for row in rows)

    async def rotate(self, account_id: str, endpoint_id: str, secret: str, former_until: datetime) -> bool:
        def plan(answers: Answers) -> Plan:
            if not answers[0]:
                return Plan([], False)
            found = read_endpoint(self._box, *answers[0][0])
            changed = msgspec.structs.replace(
                found, secret=secret, former_secret=found.secret, former_until=former_until
            )
            put = "UPDATE webhook_endpoints SET sealed = ? WHERE endpoint_id = ?"
            return Plan([Statement(put, [(_seal(self._box, changed), endpoint_id)])], True)

        own = Question(_OWN, (account_id, endpoint_id))
        rotated: bool = await self._database.transact("changing a webhook's secret", [own], plan)
        return rotated

    async def remove(self, account_id: str, endpoint_id: str) -> bool:
        def plan(answers: Answers) -> Plan:
            gone = [(endpoint_id,)] if answers[0] else []
            return Plan([Statement("DELETE FROM webhook_endpoints WHERE endpoint_id = ?", gone)], bool(gone))

        own = Question(_OWN, (account_id, endpoint_id))
        removed: bool = await self._database.transact("removing a webhook", [own], plan)
        return removed


def read_endpoint(box: SecretBox, endpoint_id: str, account_id: str, sealed: str, created_at: str) -> WebhookEndpoint:
    """What a row says. Raises StoreError if it was sealed with another key."""
    told: Any = msgspec.json.decode(box.open(sealed, _about(endpoint_id)), type=_Sealed)
    return WebhookEndpoint(
        endpoint_id=endpoint_id,
        account_id=account_id,
        url=told.url,
        secret=told.secret,
        created_at=datetime.fromisoformat(created_at),
        former_secret=told.former_secret,
        former_until=told.former_until,
    )


def _seal(box: SecretBox, endpoint: WebhookEndpoint) -> str:
    told = _Sealed(endpoint.url, endpoint.secret, endpoint.former_secret, endpoint.former_until)
    return box.seal(msgspec.json.encode(told).decode(), _about(endpoint.endpoint_id))


def _about(endpoint_id: str) -> str:
    return f"webhook {endpoint_id}"
