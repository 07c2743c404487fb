"""Receipts beside the checkpoints that they cover."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import LOG_ANCHOR
from argo_core.model.anchor import Receipt
from argo_core.model.instant import from_text, to_text


class SqlReceiptStore:
    """`ports.ReceiptStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, receipt: Receipt) -> None:
        """Keep it; a second one of the same authority over the same size changes nothing. Raises StoreError."""
        known = select(LOG_ANCHOR.c.size).where(
            LOG_ANCHOR.c.size == receipt.size, LOG_ANCHOR.c.authority == receipt.authority
        )
        row = {
            "size": receipt.size,
            "authority": receipt.authority,
            "not_later_than": to_text(receipt.not_later_than),
            "receipt": receipt.receipt,
        }

        def add(connection: Connection) -> None:
            if connection.scalar(known) is None:
                connection.execute(LOG_ANCHOR.insert(), row)

        with store_errors("storing an anchor's receipt"):
            await self._database.write(add)

    async def newest(self) -> Receipt | None:
        """The one over the largest checkpoint. Raises StoreError."""
        with store_errors("reading anchors"):
            async with self._database.reading() as connection:
                wanted = select(LOG_ANCHOR).order_by(LOG_ANCHOR.c.size.desc(), LOG_ANCHOR.c.authority).limit(1)
                row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else _receipt(row)

    async def of(self, size: int) -> tuple[Receipt, ...]:
        """All receipts over that checkpoint, by authority. Raises StoreError."""
        with store_errors("reading anchors"):
            async with self._database.reading() as connection:
                wanted = select(LOG_ANCHOR).where(LOG_ANCHOR.c.size == size).order_by(LOG_ANCHOR.c.authority)
                rows = (await connection.execute(wanted)).all()
        return tuple(map(_receipt, rows))


def _receipt(row: Any) -> Receipt:
    return Receipt(
        size=row.size,
        authority=row.authority,
        not_later_than=from_text(row.not_later_than),
        receipt=bytes(row.receipt),
    )
