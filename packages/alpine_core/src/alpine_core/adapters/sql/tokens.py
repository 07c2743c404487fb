"""Tokens of the API on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.security_log import LAST_EVENT, tell
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import API_TOKENS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.api_token import ApiToken, TokenKind
from alpine_core.model.security_event import SecurityEvent
from alpine_core.wire.moments import write_moment

_INSERT = insert_into(API_TOKENS)
_BY_HASH = Reading(select(API_TOKENS).where(API_TOKENS.c.token_hash == bindparam("wanted")))
_UNSPENT = "SELECT count(*) FROM api_tokens WHERE token_hash = ? AND spent_at IS NULL"


class SqlTokens:
    """`ports.TokenStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(
        self, tokens: tuple[ApiToken, ...], spent: str | None, now: datetime, told: SecurityEvent | None = None
    ) -> bool:
        def plan(answers: Answers) -> Plan:
            if spent is not None and not answers[0][0][0]:
                return Plan([], False)
            traded = [] if spent is None else [(write_moment(now), spent)]
            mark = Statement("UPDATE api_tokens SET spent_at = ? WHERE token_hash = ?", traded)
            issued = Statement(_INSERT, [_row(token) for token in tokens])
            return Plan([mark, issued, _tell(told, answers[1])], True)

        unspent = Question(_UNSPENT, (spent or "",))
        done: bool = await self._database.transact("issuing tokens", [unspent, LAST_EVENT], plan)
        return done

    async def find(self, token_hash: str) -> ApiToken | None:
        rows = await self._database.read(_BY_HASH, wanted=token_hash)
        return _token(rows[0]) if rows else None

    async def end(self, family: str, told: SecurityEvent | None = None) -> None:
        delete = Statement("DELETE FROM api_tokens WHERE family = ?", [(family,)])

        def plan(answers: Answers) -> Plan:
            return Plan([delete, _tell(told, answers[0])], None)

        await self._database.transact("ending tokens", [LAST_EVENT], plan)

    async def remove_expired(self, now: datetime) -> int:
        expired = (write_moment(now),)

        def plan(answers: Answers) -> Plan:
            return Plan([Statement("DELETE FROM api_tokens WHERE expires_at <= ?", [expired])], answers[0][0][0])

        count = Question("SELECT count(*) FROM api_tokens WHERE expires_at <= ?", expired)
        removed: int = await self._database.transact("removing expired tokens", [count], plan)
        return removed


def _tell(told: SecurityEvent | None, last: Sequence[Row]) -> Statement:
    return tell([] if told is None else [told], last)


def _row(token: ApiToken) -> Row:
    known = (token.token_hash, token.kind.value, token.family, token.account_id, token.password_mark)
    spent = None if token.spent_at is None else write_moment(token.spent_at)
    return (*known, write_moment(token.issued_at), write_moment(token.expires_at), spent)


def _token(row: Row) -> ApiToken:
    token_hash, kind, family, account_id, password_mark, issued_at, expires_at, spent_at = row
    return ApiToken(
        token_hash=token_hash,
        kind=TokenKind(kind),
        family=family,
        account_id=account_id,
        password_mark=password_mark,
        issued_at=datetime.fromisoformat(issued_at),
        expires_at=datetime.fromisoformat(expires_at),
        spent_at=None if spent_at is None else datetime.fromisoformat(spent_at),
    )
