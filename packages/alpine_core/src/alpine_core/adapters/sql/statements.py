"""INSERT statements by table, every column in the table's order."""

from __future__ import annotations

from sqlalchemy import Table


def insert_into(table: Table) -> str:
    """`INSERT INTO table (…) VALUES (?, …)`."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' * len(table.columns))})"
