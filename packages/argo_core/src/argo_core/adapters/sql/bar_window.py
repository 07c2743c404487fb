"""The last bars of each symbol on a SQL database: a state, not a log."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, and_, delete, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.trading_tables import BAR_WINDOW
from argo_core.model.bars import Bar
from argo_core.model.instant import to_text
from argo_core.ports.bar_window import KEPT


class SqlBarWindow:
    """`ports.BarWindow` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, bars: Sequence[Bar]) -> None:
        """Add what is new, drop what is too old. Raises StoreError."""
        offered: dict[tuple[str, str], Bar] = {}
        for bar in bars:
            offered.setdefault((bar.symbol, to_text(bar.start)), bar)
        if not offered:
            return
        symbols = {symbol for symbol, _ in offered}

        def keep(connection: Connection) -> None:
            known = _starts(connection, symbols)
            new = {place: bar for place, bar in offered.items() if place not in known}
            if new:
                connection.execute(BAR_WINDOW.insert(), [_row(place, bar) for place, bar in new.items()])
            for symbol in symbols:
                starts = sorted(start for owner, start in known | new.keys() if owner == symbol)
                if len(starts) > KEPT:
                    oldest = and_(BAR_WINDOW.c.symbol == symbol, BAR_WINDOW.c.start < starts[-KEPT])
                    connection.execute(delete(BAR_WINDOW).where(oldest))

        with store_errors("keeping the last bars"):
            # A crash before the commit leaves the window before: it lacks the bars of one message.
            await self._database.write(keep)

    async def load(self) -> tuple[Bar, ...]:
        """By symbol, oldest first. Raises StoreError."""
        wanted = select(BAR_WINDOW.c.body).order_by(BAR_WINDOW.c.symbol, BAR_WINDOW.c.start)
        with store_errors("reading the last bars"):
            async with self._database.reading() as connection:
                bodies = (await connection.scalars(wanted)).all()
        return tuple(msgspec.json.decode(body, type=Bar) for body in bodies)


def _starts(connection: Connection, symbols: set[str]) -> set[tuple[str, str]]:
    wanted = select(BAR_WINDOW.c.symbol, BAR_WINDOW.c.start).where(BAR_WINDOW.c.symbol.in_(symbols))
    return {(row.symbol, row.start) for row in connection.execute(wanted)}


def _row(place: tuple[str, str], bar: Bar) -> dict[str, str]:
    symbol, start = place
    return {"symbol": symbol, "start": start, "body": msgspec.json.encode(bar).decode()}
