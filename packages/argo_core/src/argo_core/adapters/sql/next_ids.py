"""The next row number of a dense table, inside the only writing transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Insert, Table, bindparam, func, insert, select


def append_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Append rows, all with the same columns, to a table that is dense by `id`."""
    if rows:
        connection.execute(_appending(table, tuple(rows[0])), rows)


@cache
def _appending(table: Table, names: tuple[str, ...]) -> Insert:
    """One statement per table: building it takes longer than SQLite needs to run it."""
    values = [bindparam(name, type_=table.c[name].type) for name in names]
    numbered = select(func.coalesce(func.max(table.c.id), 0) + 1, *values).select_from(table)
    return insert(table).from_select(["id", *names], numbered)
