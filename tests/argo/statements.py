"""Statements that no store has: what a test puts into a database, and what somebody with the file can do to it."""

from __future__ import annotations

from sqlalchemy import Connection

from argo_core.adapters.sql import Database


async def run_statements(database: Database, *statements: str) -> None:
    """One after the other, in one writing transaction."""

    def run(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    await database.write(run)
