"""The figures of the track record are those that one plain question to the database gives."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from alpine_core.adapters.sql import Database, SqlRecordShelf, SqlSignalStore
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.track_record import Costs, Terms, track_record

PLAIN = """
    SELECT s.symbol, COUNT(*) AS n, SUM(CASE WHEN r.net > 0 THEN 1 ELSE 0 END) AS won, AVG(r.net) AS mean,
           SUM(CASE WHEN r.net > 0 THEN r.net ELSE 0 END) AS gained,
           SUM(CASE WHEN r.net < 0 THEN -r.net ELSE 0 END) AS lost,
           MAX(r.net) AS best, MIN(r.net) AS worst
    FROM signals s
    JOIN (SELECT signal_id, COALESCE(net_pct, profit_loss_pct - 0.3) AS net FROM outcomes
          WHERE profit_loss_pct IS NOT NULL) r ON r.signal_id = s.signal_id
    GROUP BY s.symbol ORDER BY s.symbol
"""


async def test_figures_by_symbol_are_those_of_sql(database: Database, database_url: str) -> None:
    dice, log, store = random.Random(3), SampleLog(), SqlSignalStore(database)
    names = [f"S-{number}" for number in range(60)]
    signals = [sample_verified(name, symbol=dice.choice(["AAPL", "BTC-USD", "MSFT"])) for name in names]
    await log.store_in(store, signals, MOMENT)
    for name in names[:50]:
        exit_price = round(dice.uniform(165, 190), 2)
        gross = 100 * (exit_price / 175.25 - 1)
        net = dice.choice([None, gross - 0.15])
        result = ("win", "target") if gross > 0 else ("loss", "stop")
        ending: dict[str, Any] = {
            "outcome": result[0],
            "result": result[1],
            "exit_price": exit_price,
            "profit_loss_pct": gross,
        }
        await log.resolve_in(store, sample_outcome(name, net_pct=net, **ending), MOMENT)
    closed = await SqlRecordShelf(database).closed(0, 1000)
    record = track_record(closed, Terms(costs=Costs(assumed_pct=0.3)), {})
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        rows = (await connection.execute(text(PLAIN))).all()
    await engine.dispose()
    assert sum(row.n for row in rows) == 50
    for row, group in zip(rows, record.by_symbol, strict=True):
        told = group.performance
        assert (group.name, told.count, told.won.won) == (row.symbol, row.n, row.won)
        assert told.mean_net_pct == pytest.approx(row.mean, rel=1e-9)
        assert told.profit_factor == pytest.approx(row.gained / row.lost, rel=1e-9)
        assert told.best is not None
        assert told.worst is not None
        assert (told.best.net_pct, told.worst.net_pct) == pytest.approx((row.best, row.worst), rel=1e-12)
