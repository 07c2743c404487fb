"""Answers of language models on a SQL database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.opinion_tables import OPINION_LOG
from argo_core.model.instant import to_text
from argo_core.model.opinion_answer import OpinionAnswer

_ANSWER = msgspec.json.Decoder(OpinionAnswer)


class SqlOpinionLog:
    """`ports.OpinionLog` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, answer: OpinionAnswer) -> None:
        """Raises StoreError."""
        row = {
            "source": answer.source,
            "symbol": answer.symbol,
            "model": answer.model,
            "prompt_hash": answer.prompt_hash,
            "cost_usd": answer.usage.cost_usd,
            "market_as_of": to_text(answer.market_as_of),
            "known_at": to_text(answer.known_at),
            "answered_at": to_text(answer.answered_at),
            "body": msgspec.json.encode(msgspec.structs.replace(answer, raw=b"")).decode(),
            "raw": answer.raw,
            "created_at": created_text(answer.answered_at),
        }

        def append(connection: Connection) -> None:
            append_rows(connection, OPINION_LOG, [row])

        with store_errors(f"storing an answer of {answer.source}"):
            # A crash before the commit loses this answer, not what it cost: it is asked for again.
            await self._database.write(append)

    async def newest(self, source: str, not_after: datetime) -> Mapping[str, OpinionAnswer]:
        """By symbol, of the answers known by then the one with the latest `market_as_of`; of equal ones the last kept.
        Raises StoreError."""
        known = OPINION_LOG.c.source == source
        early = OPINION_LOG.c.known_at <= to_text(not_after)
        latest = (
            select(OPINION_LOG.c.symbol, func.max(OPINION_LOG.c.market_as_of).label("at"))
            .where(known, early)
            .group_by(OPINION_LOG.c.symbol)
            .subquery()
        )
        wanted = (
            select(OPINION_LOG.c.symbol, OPINION_LOG.c.body, OPINION_LOG.c.raw)
            .join(latest, (OPINION_LOG.c.symbol == latest.c.symbol) & (OPINION_LOG.c.market_as_of == latest.c.at))
            .where(known, early)
            .order_by(OPINION_LOG.c.id)
        )
        with store_errors(f"reading the answers of {source}"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(wanted)).all()
        return {row.symbol: msgspec.structs.replace(_ANSWER.decode(row.body), raw=bytes(row.raw)) for row in rows}
