"""What requests to language models cost, on a SQL database: a call is one row when it begins, and one when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.opinion_tables import OPINION_CALL
from argo_core.model.instant import to_text
from argo_core.model.opinion_call import OpinionCall

BEGUN, ENDED = "begun", "ended"
DAY = timedelta(days=1)


class SqlOpinionBill:
    """`ports.OpinionBill` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, call: OpinionCall) -> None:
        """Raises StoreError."""
        await self._append(call, BEGUN, calls=1, usd=call.usd)

    async def settle(self, call: OpinionCall, usd: float) -> None:
        """Raises StoreError, also for a call that has ended before."""
        await self._append(call, ENDED, calls=1, usd=usd)

    async def withdraw(self, call: OpinionCall) -> None:
        """Raises StoreError, also for a call that has ended before."""
        await self._append(call, ENDED, calls=0, usd=0.0)

    async def spent(self, source: str, since: datetime) -> tuple[int, float]:
        """By the day on which a call began, one that begins tomorrow (a clock was ahead) not yet; what its end says
        takes the place of what it was taken to cost. Raises StoreError."""
        begun, ended = OPINION_CALL.alias("begun"), OPINION_CALL.alias("ended")
        known = (ended.c.call_id == begun.c.call_id) & (ended.c.step == ENDED)
        wanted = (
            select(
                func.coalesce(func.sum(func.coalesce(ended.c.calls, begun.c.calls)), 0),
                func.coalesce(func.sum(func.coalesce(ended.c.usd, begun.c.usd)), 0.0),
            )
            .select_from(begun.outerjoin(ended, known))
            .where(begun.c.source == source, begun.c.step == BEGUN)
            .where(begun.c.at >= to_text(since), begun.c.at < to_text(since + DAY))
        )
        with store_errors(f"reading what {source} has cost"):
            async with self._database.reading() as connection:
                calls, dollars = (await connection.execute(wanted)).one()
        return int(calls), float(dollars)

    async def _append(self, call: OpinionCall, step: str, *, calls: int, usd: float) -> None:
        row = {
            "call_id": call.call_id,
            "step": step,
            "source": call.source,
            "symbol": call.symbol,
            "calls": calls,
            "usd": usd,
            "at": to_text(call.at),
            "created_at": created_text(call.at),
        }

        def append(connection: Connection) -> None:
            append_rows(connection, OPINION_CALL, [row])

        with store_errors(f"storing a call of {call.source}"):
            # A crash before the first row's commit sends nothing; one before the second's leaves the call on the bill.
            await self._database.write(append)
