"""Reading tokens, second factors and sessions on a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, bindparam, func, select

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.sessions import read_session
from alpine_core.adapters.sql.tables import RECOVERY_CODES, SECOND_FACTORS, SESSIONS, SINGLE_USE_TOKENS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.account import Session
from alpine_core.model.credential import SecondFactor, SingleUseToken, TokenPurpose
from alpine_core.wire.moments import write_moment

_ACCOUNT = bindparam("account", type_=Text)
_CODES_LEFT = (
    select(func.count())
    .select_from(RECOVERY_CODES)
    .where(RECOVERY_CODES.c.account_id == SECOND_FACTORS.c.account_id)
    .scalar_subquery()
    .label("codes_left")
)
_FACTOR = Reading(select(SECOND_FACTORS, _CODES_LEFT).where(SECOND_FACTORS.c.account_id == _ACCOUNT))
_TOKEN = Reading(
    select(SINGLE_USE_TOKENS).where(
        SINGLE_USE_TOKENS.c.token_hash == bindparam("wanted", type_=Text),
        SINGLE_USE_TOKENS.c.purpose == bindparam("purpose", type_=Text),
    )
)
_SESSIONS = Reading(
    select(SESSIONS)
    .where(SESSIONS.c.account_id == _ACCOUNT, SESSIONS.c.expires_at > bindparam("now", type_=Text))
    .order_by(SESSIONS.c.created_at.desc(), SESSIONS.c.token_hash)
)


class SqlCredentials:
    """`ports.Credentials` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    async def second_factor(self, account_id: str) -> SecondFactor | None:
        rows = await self._database.read(_FACTOR, account=account_id)
        if not rows:
            return None
        row = rows[0]
        return SecondFactor(
            account_id=row.account_id,
            secret=self._box.open(row.secret, f"second factor of {row.account_id}"),
            created_at=datetime.fromisoformat(row.created_at),
            confirmed_at=None if row.confirmed_at is None else datetime.fromisoformat(row.confirmed_at),
            last_step=row.last_step,
            recovery_codes=row.codes_left,
        )

    async def token(self, token_hash: str, purpose: TokenPurpose) -> SingleUseToken | None:
        rows = await self._database.read(_TOKEN, wanted=token_hash, purpose=purpose.value)
        if not rows:
            return None
        return SingleUseToken(
            token_hash=rows[0].token_hash,
            account_id=rows[0].account_id,
            purpose=purpose,
            expires_at=datetime.fromisoformat(rows[0].expires_at),
            detail=rows[0].detail,
        )

    async def sessions(self, account_id: str, now: datetime) -> tuple[Session, ...]:
        rows = await self._database.read(_SESSIONS, account=account_id, now=write_moment(now))
        return tuple(map(read_session, rows))

    async def remove_expired(self, now: datetime) -> int:
        expired = (write_moment(now),)
        count = Question("SELECT count(*) FROM single_use_tokens WHERE expires_at <= ?", expired)
        sql = "DELETE FROM single_use_tokens WHERE expires_at <= ?"

        def plan(answers: Answers) -> Plan:
            return Plan([Statement(sql, [expired])], answers[0][0][0])

        removed: int = await self._database.transact("removing expired tokens", [count], plan)
        return removed
