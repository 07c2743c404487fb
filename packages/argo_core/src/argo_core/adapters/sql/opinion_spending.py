"""What each language model was asked and what that cost, over a stretch of time."""

from __future__ import annotations

from sqlalchemy import func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.opinion_bill import BEGUN, ENDED
from argo_core.adapters.sql.opinion_tables import OPINION_CALL
from argo_core.model.opinion_call import Spending


class SqlOpinionSpending:
    """`ports.OpinionSpending` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, timestamp: str) -> dict[str, Spending]:
        """See `ports.OpinionSpending`."""
        begun, ended = OPINION_CALL.alias("begun"), OPINION_CALL.alias("ended")
        known = (ended.c.call_id == begun.c.call_id) & (ended.c.step == ENDED)
        wanted = (
            select(
                begun.c.source,
                func.sum(func.coalesce(ended.c.calls, begun.c.calls)),
                func.sum(func.coalesce(ended.c.usd, begun.c.usd)),
            )
            .select_from(begun.outerjoin(ended, known))
            .where(begun.c.step == BEGUN, begun.c.at >= timestamp)
            .group_by(begun.c.source)
        )
        with store_errors("reading what language models have cost"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(wanted)).all()
        return {source: Spending(calls=int(calls), usd=float(usd)) for source, calls, usd in rows}
