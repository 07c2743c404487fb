"""The next row number of a dense table, inside the only writing transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, func, select


def append_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Append rows to a table that is dense by `id`; the number of the last row before them."""
    last = int(connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0)
    if rows:
        connection.execute(table.insert(), [{"id": last + n, **row} for n, row in enumerate(rows, 1)])
    return last
