"""Which account a database belongs to, written at the first start and compared at every later one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.executor_tables import ACCOUNT_PIN
from argo_core.adapters.sql.failures import store_errors
from argo_core.errors import ConfigError


class AccountPin(msgspec.Struct, frozen=True, kw_only=True):
    """An executor, its account, and the cash (quote currency) that a simulated account began with."""

    executor_id: str
    account_number: str
    starting_cash: float


async def pinned_account(database: Database) -> AccountPin | None:
    """The pin of this database, None before the first start. Raises StoreError."""
    with store_errors("reading the account's pin"):
        async with database.reading() as connection:
            row = (await connection.execute(select(ACCOUNT_PIN))).one_or_none()
    return None if row is None else _pin_of(row)


async def pin_account(database: Database, offered: AccountPin, now: datetime) -> AccountPin:
    """The pin of this database: `offered` at the first start, later the one that is stored.

    Raises ConfigError for another executor or account than the pinned one, StoreError.
    """

    def pin(connection: Connection) -> AccountPin:
        row = connection.execute(select(ACCOUNT_PIN)).one_or_none()
        if row is not None:
            return _pin_of(row)
        append_rows(connection, ACCOUNT_PIN, [{**msgspec.structs.asdict(offered), "created_at": created_text(now)}])
        return offered

    with store_errors("pinning the account"):
        pinned = await database.write(pin)
    for what in ("executor_id", "account_number"):
        if getattr(pinned, what) != getattr(offered, what):
            raise ConfigError(
                f"this database is pinned to {what} {getattr(pinned, what)}, not {getattr(offered, what)}: "
                "configure the credential and the database that belong together"
            )
    return pinned


def _pin_of(row: Any) -> AccountPin:
    return AccountPin(executor_id=row.executor_id, account_number=row.account_number, starting_cash=row.starting_cash)
