"""Reading bars from a SQL database."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.tables import MARKS
from alpine_core.model.mark import Mark, MarkSeries
from alpine_core.wire.moments import write_moment


class SqlMarkShelf:
    """`ports.MarkShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bars(self, symbol: str, since: datetime, until: datetime) -> tuple[MarkSeries, ...]:
        within = MARKS.c.start.between(write_moment(since), write_moment(until))
        order = (MARKS.c.timeframe, MARKS.c.origin, MARKS.c.start)
        rows = await self._database.read(select(MARKS).where(MARKS.c.symbol == symbol, within).order_by(*order))
        return tuple(
            MarkSeries(
                symbol=symbol,
                timeframe=timeframe,
                origin=origin,
                marks=tuple(
                    Mark(
                        symbol=symbol,
                        timeframe=timeframe,
                        start=datetime.fromisoformat(row.start),
                        open=row.open,
                        high=row.high,
                        low=row.low,
                        close=row.close,
                        volume=row.volume,
                    )
                    for row in group
                ),
            )
            for (timeframe, origin), group in groupby(rows, key=lambda row: (row.timeframe, row.origin))
        )
