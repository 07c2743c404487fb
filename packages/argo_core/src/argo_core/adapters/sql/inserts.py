"""INSERT statements as the driver takes them, compiled once per open database instead of once per row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Dialect, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.records import Row


class Insert:
    """Appends rows, whole and in the order of the table's stored columns, to one table."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        columns = [column.name for column in table.columns if column.computed is None]
        self._sql = str(table.insert().compile(dialect=dialect, column_keys=columns))

    async def __call__(self, connection: AsyncConnection, rows: Sequence[Row]) -> None:
        if rows:
            await connection.exec_driver_sql(self._sql, list(rows))
