"""Reading bars from a SQL database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import MARKS
from alpine_core.model.mark import Mark, MarkSeries
from alpine_core.ports.mark_shelf import MOST_BARS, MOST_TIMEFRAMES, Span
from alpine_core.wire.moments import write_moment

# The index begins with symbol and timeframe: asked for both, a database finds the bars nearest to a moment without
# reading the others. Which timeframes there are it finds by stepping from one to the next.
_first = select(func.min(MARKS.c.timeframe).label("timeframe")).where(MARKS.c.symbol == bindparam("symbol"))
_steps = _first.cte("steps", recursive=True)
_next = select(func.min(MARKS.c.timeframe)).where(
    MARKS.c.symbol == bindparam("symbol"), MARKS.c.timeframe > _steps.c.timeframe
)
_frames = _steps.union_all(select(_next.scalar_subquery()).where(_steps.c.timeframe.is_not(None)))
_TIMEFRAMES = Reading(select(_frames.c.timeframe).where(_frames.c.timeframe.is_not(None)).limit(MOST_TIMEFRAMES))
_ONE = select(MARKS).where(MARKS.c.symbol == bindparam("symbol"), MARKS.c.timeframe == bindparam("timeframe"))
_BEFORE = Reading(
    _ONE.where(MARKS.c.start >= bindparam("since"), MARKS.c.start < bindparam("around"))
    .order_by(MARKS.c.start.desc())
    .limit(bindparam("most", type_=Integer))
)
_FROM = Reading(
    _ONE.where(MARKS.c.start >= bindparam("around"), MARKS.c.start <= bindparam("until"))
    .order_by(MARKS.c.start)
    .limit(bindparam("most", type_=Integer))
)
_NEWEST = Reading(
    _ONE.where(MARKS.c.start.between(bindparam("since"), bindparam("until"))).order_by(MARKS.c.start.desc()).limit(1)
)


class SqlMarkShelf:
    """`ports.MarkShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bars(
        self, symbol: str, since: datetime, until: datetime, around: datetime | None = None, limit: int = MOST_BARS
    ) -> tuple[MarkSeries, ...]:
        timeframes = [row.timeframe for row in await self._database.read(_TIMEFRAMES, symbol=symbol)]
        part = max(1, limit // max(1, len(timeframes)))
        middle = min(max(since, until if around is None else around), until)
        asked = [
            {**_asked(symbol, since, until), "timeframe": timeframe, "around": write_moment(middle), "most": part}
            for timeframe in timeframes[:limit]
        ]
        befores = await self._database.read_each(_BEFORE, [_without(one, "until") for one in asked])
        froms = await self._database.read_each(_FROM, [_without(one, "since") for one in asked])
        rows = [row for before, after in zip(befores, froms, strict=True) for row in _nearest(before, after, part)]
        rows.sort(key=lambda row: (row.timeframe, row.origin, row.start))
        return tuple(
            MarkSeries(
                symbol=symbol,
                timeframe=timeframe,
                origin=origin,
                marks=tuple(_mark(row) for row in group),
            )
            for (timeframe, origin), group in groupby(rows, key=lambda row: (row.timeframe, row.origin))
        )

    async def newest_bars(self, spans: Sequence[Span]) -> tuple[Mark | None, ...]:
        symbols = list(dict.fromkeys(span.symbol for span in spans))
        named = await self._database.read_each(_TIMEFRAMES, [{"symbol": symbol} for symbol in symbols])
        timeframes = dict(zip(symbols, named, strict=True))
        pairs = [(span, row.timeframe) for span in dict.fromkeys(spans) for row in timeframes[span.symbol]]
        found = await self._database.read_each(
            _NEWEST, [{**_asked(*span), "timeframe": timeframe} for span, timeframe in pairs]
        )
        newest: dict[Span, Any] = {}
        for (span, _), rows in zip(pairs, found, strict=True):
            if rows and (span not in newest or rows[0].start > newest[span].start):
                newest[span] = rows[0]
        return tuple(_mark(newest[span]) if span in newest else None for span in spans)


def _nearest(before: Sequence[Any], after: Sequence[Any], part: int) -> list[Any]:
    """Of bars going back and bars going forth from one moment `part`, from both sides alike as far as there are any."""
    forth = min(len(after), max(part // 2, part - len(before)))
    return [*before[: part - forth], *after[:forth]]


def _without(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {known: value for known, value in asked.items() if known != name}


def _asked(symbol: str, since: datetime, until: datetime) -> dict[str, str]:
    return {"symbol": symbol, "since": write_moment(since), "until": write_moment(until)}


def _mark(row: Any) -> Mark:
    return Mark(
        symbol=row.symbol,
        timeframe=row.timeframe,
        start=datetime.fromisoformat(row.start),
        open=row.open,
        high=row.high,
        low=row.low,
        close=row.close,
        volume=row.volume,
    )
