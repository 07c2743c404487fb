"""Keys of the API on a SQL database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.security_log import LAST_EVENT, tell
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import API_KEYS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.api_key import ApiKey
from alpine_core.model.security_event import SecurityEvent
from alpine_core.model.tier import ApiScope
from alpine_core.wire.moments import write_moment

_MINUTE = timedelta(minutes=1)
_INSERT = insert_into(API_KEYS)
_BY_HASH = Reading(select(API_KEYS).where(API_KEYS.c.secret_hash == bindparam("wanted")))
_OF_ACCOUNT = Reading(
    select(API_KEYS)
    .where(API_KEYS.c.account_id == bindparam("wanted"))
    .order_by(API_KEYS.c.created_at.desc(), API_KEYS.c.key_id.desc())
)
_HOLDING = "SELECT count(*) FROM api_keys WHERE account_id = ? AND revoked_at IS NULL"
_OWN = (
    "SELECT key_id, account_id, name, prefix, secret_hash, scopes, created_at, last_used_at, revoked_at "
    "FROM api_keys WHERE account_id = ? AND key_id = ?"
)


class SqlApiKeys:
    """`ports.ApiKeyStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, most: int, told: SecurityEvent) -> bool:
        def plan(answers: Answers) -> Plan:
            if answers[0][0][0] >= most:
                return Plan([], False)
            return Plan([Statement(_INSERT, [_row(key)]), tell([told], answers[1])], True)

        holding = Question(_HOLDING, (key.account_id,))
        stored: bool = await self._database.transact("storing a key", [holding, LAST_EVENT], plan)
        return stored

    async def use(self, secret_hash: str, now: datetime) -> ApiKey | None:
        rows = await self._database.read(_BY_HASH, wanted=secret_hash)
        if not rows:
            return None
        found = _key(rows[0])
        if found.revoked_at is not None or (found.last_used_at is not None and now - found.last_used_at < _MINUTE):
            return found
        put = Statement("UPDATE api_keys SET last_used_at = ? WHERE key_id = ?", [(write_moment(now), found.key_id)])
        await self._database.transact("noting a key's use", [], lambda _none: Plan([put], None))
        return msgspec.structs.replace(found, last_used_at=now)

    async def of_account(self, account_id: str) -> tuple[ApiKey, ...]:
        return tuple(_key(row) for row in await self._database.read(_OF_ACCOUNT, wanted=account_id))

    async def revoke(
        self, account_id: str, key_id: str, now: datetime, told: Callable[[ApiKey], SecurityEvent]
    ) -> ApiKey | None:
        def plan(answers: Answers) -> Plan:
            found = _key(answers[0][0]) if answers[0] else None
            if found is None or found.revoked_at is not None:
                return Plan([], found)
            ended = msgspec.structs.replace(found, revoked_at=now)
            put = Statement("UPDATE api_keys SET revoked_at = ? WHERE key_id = ?", [(write_moment(now), key_id)])
            return Plan([put, tell([told(ended)], answers[1])], ended)

        own = Question(_OWN, (account_id, key_id))
        revoked: ApiKey | None = await self._database.transact("revoking a key", [own, LAST_EVENT], plan)
        return revoked


def _row(key: ApiKey) -> Row:
    ends = (None if at is None else write_moment(at) for at in (key.last_used_at, key.revoked_at))
    known = (key.key_id, key.account_id, key.name, key.prefix, key.secret_hash, " ".join(key.scopes))
    return (*known, write_moment(key.created_at), *ends)


def _key(row: Row) -> ApiKey:
    key_id, account_id, name, prefix, secret_hash, scopes, created_at, last_used_at, revoked_at = row
    return ApiKey(
        key_id=key_id,
        account_id=account_id,
        name=name,
        prefix=prefix,
        secret_hash=secret_hash,
        scopes=tuple(ApiScope(scope) for scope in scopes.split()),
        created_at=datetime.fromisoformat(created_at),
        last_used_at=None if last_used_at is None else datetime.fromisoformat(last_used_at),
        revoked_at=None if revoked_at is None else datetime.fromisoformat(revoked_at),
    )
