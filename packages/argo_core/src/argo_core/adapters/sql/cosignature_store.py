"""Cosignatures on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import LOG_COSIGNATURE
from argo_core.model.ledger import Cosignature


class SqlCosignatureStore:
    """`ports.CosignatureStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, size: int, cosignatures: Sequence[Cosignature]) -> None:
        """Keep the lines that are not kept yet. Raises StoreError, also for a checkpoint that is not stored."""

        def add(connection: Connection) -> None:
            for one in dict.fromkeys(cosignatures):
                key = {"size": size, "key_name": one.name, "ts": one.time}
                known = exists().where(*(LOG_COSIGNATURE.c[name] == value for name, value in key.items()))
                if not connection.scalar(select(known)):
                    connection.execute(LOG_COSIGNATURE.insert(), {**key, "line": one.line.encode()})

        with store_errors(f"storing cosignatures of checkpoint {size}"):
            # line of no return: a crash before the commit loses the lines, and the next heartbeat asks again.
            await self._database.write(add)

    async def of(self, size: int) -> tuple[Cosignature, ...]:
        """All lines over the checkpoint of `size`. Raises StoreError."""
        with store_errors("reading cosignatures"):
            async with self._database.reading() as connection:
                return tuple(_cosignature(row) for row in await connection.execute(_lines(size)))

    async def newest(self) -> tuple[int, tuple[Cosignature, ...]]:
        """The largest size that anybody cosigned, and its lines. Raises StoreError."""
        with store_errors("reading cosignatures"):
            async with self._database.reading() as connection:
                size = int(await connection.scalar(select(func.max(LOG_COSIGNATURE.c.size))) or 0)
                return size, tuple(_cosignature(row) for row in await connection.execute(_lines(size)))


def _lines(size: int) -> Select[Any]:
    line = LOG_COSIGNATURE.c
    return select(LOG_COSIGNATURE).where(line.size == size).order_by(line.key_name, line.ts)


def _cosignature(row: Row[Any]) -> Cosignature:
    return Cosignature(name=row.key_name, time=row.ts, line=bytes(row.line).decode())
