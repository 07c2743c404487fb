"""Rows at the end of a dense table, inside the only writing transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Insert, Table, bindparam, func, insert, select

from argo_core.errors import InvariantError


def append_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Append rows, numbered on from the last, to a table that is dense by `id`. Raises InvariantError unless all have
    the same columns: what a row has beyond the first one's would not be stored."""
    if not rows:
        return
    uneven = next((row for row in rows if row.keys() != rows[0].keys()), None)
    if uneven is not None:
        raise InvariantError(f"{table.name}: rows of one call with columns {sorted(rows[0])} and {sorted(uneven)}")
    connection.execute(_appending(table, tuple(rows[0])), rows)


@cache
def _appending(table: Table, names: tuple[str, ...]) -> Insert:
    """Built once: that takes longer than SQLite needs to run it."""
    values = [bindparam(name, type_=table.c[name].type) for name in names]
    numbered = select(func.coalesce(func.max(table.c.id), 0) + 1, *values).select_from(table)
    return insert(table).from_select(["id", *names], numbered)
