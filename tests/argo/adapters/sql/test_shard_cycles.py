"""A shard goes on after its own last cycle, and after whatever was done when the symbols were dealt otherwise."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.shard_cycles import SqlShardCycles
from argo_core.model.shard import WHOLE, Shard
from argo_core.testing.sample_cycles import MOMENT, sample_cycle

FIRST, SECOND = Shard(1, 2), Shard(2, 2)


async def looked_at(log: SqlSignalLog, cycle_id: str, day: int) -> None:
    cycle = sample_cycle(cycle_id)
    await log.append(msgspec.structs.replace(cycle, as_of=MOMENT + timedelta(days=day)))


async def standing(database: Database, shard: Shard) -> tuple[str | None, int | None]:
    """The last cycle's id, and the latest day of the market."""
    cycles = SqlShardCycles(database, shard)
    latest = await cycles.latest()
    return await cycles.newest(), None if latest is None else (latest - MOMENT).days


async def test_nothing_is_known_of_an_empty_log(database: Database) -> None:
    assert await standing(database, FIRST) == (None, None)
    assert await standing(database, WHOLE) == (None, None)


async def test_siblings_are_passed_over(database: Database, log: SqlSignalLog) -> None:
    await looked_at(log, "CYC-1-1OF2", 1)
    await looked_at(log, "CYC-2-2OF2", 5)
    assert await standing(database, FIRST) == ("CYC-1-1OF2", 1)
    assert await standing(database, SECOND) == ("CYC-2-2OF2", 5)
    assert await standing(database, WHOLE) == ("CYC-2-2OF2", 5)


async def test_what_was_done_when_symbols_were_dealt_otherwise_counts(database: Database, log: SqlSignalLog) -> None:
    await looked_at(log, "CYC-1", 3)
    await looked_at(log, "CYC-2-2OF2", 9)
    assert await standing(database, FIRST) == ("CYC-1", 3)
    await looked_at(log, "CYC-3-1OF12", 7)
    assert await standing(database, FIRST) == ("CYC-3-1OF12", 7)
    assert await standing(database, Shard(1, 12)) == ("CYC-3-1OF12", 9)
