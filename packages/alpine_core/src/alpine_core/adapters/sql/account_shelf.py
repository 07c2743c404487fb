"""Looking for accounts in a SQL database."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Integer, Text, bindparam, func, or_, select

from alpine_core.adapters.sql.accounts import read_account
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import ACCOUNTS
from alpine_core.model.account import Account, AccountQuery
from alpine_core.model.tier import Tier

_IS_LOCKED = func.coalesce(ACCOUNTS.c.locked_at, "") != ""
_LOCKED = bindparam("locked", type_=Text)
_FIND = Reading(
    select(ACCOUNTS)
    .where(
        func.lower(ACCOUNTS.c.email).like(bindparam("search", type_=Text), escape="!"),
        or_(bindparam("tier", type_=Text) == "", ACCOUNTS.c.tier == bindparam("tier", type_=Text)),
        or_(bindparam("role", type_=Text) == "", ACCOUNTS.c.role == bindparam("role", type_=Text)),
        or_(_LOCKED == "", (_LOCKED == "yes") == _IS_LOCKED),
        ACCOUNTS.c.email > bindparam("after", type_=Text),
    )
    .order_by(ACCOUNTS.c.email)
    .limit(bindparam("most", type_=Integer))
)
_COUNT = Reading(select(ACCOUNTS.c.tier, func.count().label("accounts")).group_by(ACCOUNTS.c.tier))
_LOCK_WORDS = {None: "", True: "yes", False: "no"}


class SqlAccountShelf:
    """`ports.AccountShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, query: AccountQuery) -> tuple[Account, ...]:
        plain = query.search.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        rows = await self._database.read(
            _FIND,
            search=f"%{plain}%",
            tier=query.tier.value if query.tier else "",
            role=query.role.value if query.role else "",
            locked=_LOCK_WORDS[query.locked],
            after=query.after,
            most=query.limit,
        )
        return tuple(read_account(row) for row in rows)

    async def count_by_tier(self) -> Mapping[Tier, int]:
        counted = {row.tier: row.accounts for row in await self._database.read(_COUNT)}
        return {tier: counted.get(tier.value, 0) for tier in Tier}
