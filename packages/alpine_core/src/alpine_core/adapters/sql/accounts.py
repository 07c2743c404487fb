"""Accounts on a SQL database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import ACCOUNTS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.errors import OperatorError
from alpine_core.model.account import Account, Role
from alpine_core.model.tier import Tier
from alpine_core.wire.moments import optional_moment, write_moment

_PUT = (
    f"{insert_into(ACCOUNTS)} "
    "ON CONFLICT (account_id) DO UPDATE SET email = excluded.email, password_hash = excluded.password_hash, "
    "tier = excluded.tier, role = excluded.role, created_at = excluded.created_at, "
    "email_verified = excluded.email_verified, display_name = excluded.display_name, "
    "locked_at = excluded.locked_at"
)
_ALL = Reading(select(ACCOUNTS).order_by(ACCOUNTS.c.email))
_BY_EMAIL = Reading(select(ACCOUNTS).where(ACCOUNTS.c.email == bindparam("wanted")))
_BY_ID = Reading(select(ACCOUNTS).where(ACCOUNTS.c.account_id == bindparam("wanted")))


class SqlAccounts:
    """`ports.AccountStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_email(self, email: str) -> Account | None:
        return await self._one(_BY_EMAIL, email)

    async def by_account_id(self, account_id: str) -> Account | None:
        return await self._one(_BY_ID, account_id)

    async def put(self, account: Account) -> None:
        def plan(answers: Answers) -> Plan:
            if any(row[0] != account.account_id for row in answers[0]):
                raise OperatorError(f"{account.email} belongs to another account: use another address")
            return Plan([Statement(_PUT, [account_row(account)])], None)

        holder = Question("SELECT account_id FROM accounts WHERE email = ?", (account.email,))
        await self._database.transact("storing an account", [holder], plan)

    async def accounts(self) -> tuple[Account, ...]:
        rows = await self._database.read(_ALL)
        return tuple(read_account(row) for row in rows)

    async def _one(self, reading: Reading, wanted: str) -> Account | None:
        rows = await self._database.read(reading, wanted=wanted)
        return read_account(rows[0]) if rows else None


def account_row(account: Account) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    return (
        account.account_id,
        account.email,
        account.password_hash,
        account.tier.value,
        account.role.value,
        write_moment(account.created_at),
        int(account.email_verified),
        account.display_name,
        optional_moment(account.locked_at),
    )


def read_account(row: Any) -> Account:
    """What a row says."""
    return Account(
        account_id=row.account_id,
        email=row.email,
        password_hash=row.password_hash,
        tier=Tier(row.tier),
        role=Role(row.role),
        created_at=datetime.fromisoformat(row.created_at),
        email_verified=bool(row.email_verified),
        display_name=row.display_name,
        locked_at=None if row.locked_at is None else datetime.fromisoformat(row.locked_at),
    )
