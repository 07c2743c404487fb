"""INSERT statements as the driver takes them, compiled once per open database instead of once per row."""

from __future__ import annotations

from sqlalchemy import Dialect, Table


def insert_sql(table: Table, dialect: Dialect) -> str:
    """The statement that appends a row, whole and in the order of the table's stored columns."""
    columns = [column.name for column in table.columns if column.computed is None]
    return str(table.insert().compile(dialect=dialect, column_keys=columns))
