"""Readers see whole cycles only, however many of them read while one writes."""

from __future__ import annotations

import asyncio

from argo_core.adapters.sql import Database, SqlDecisionReader, SqlOutbox, SqlSignalLog, SqlSignalReader
from argo_core.model.query import SignalQuery
from argo_core.testing.sample_cycles import MOMENT, published_cycle

SYMBOLS = ("AAPL", "NVDA", "TSLA")
CYCLES = 40


async def _read_until(done: asyncio.Event, database: Database) -> int:
    """How many times the log was read; every answer is checked to hold whole cycles."""
    signals, decisions, seen, reads = SqlSignalReader(database), SqlDecisionReader(database), 0, 0
    while not done.is_set():
        counts = await signals.statistics(MOMENT)
        assert counts.signals == counts.decisions == len(SYMBOLS) * counts.cycles
        assert counts.cycles >= seen
        page = await signals.signals(SignalQuery(limit=500))
        assert [logged.index for logged in page.items] == list(range(len(page.items), 0, -1))
        assert len(page.items) % len(SYMBOLS) == 0
        assert len(await decisions.cycles(500)) * len(SYMBOLS) >= len(page.items)
        seen, reads = counts.cycles, reads + 1
    return reads


async def test_readers_see_whole_cycles_while_one_writes(database: Database) -> None:
    done = asyncio.Event()
    readers = [asyncio.create_task(_read_until(done, database)) for _ in range(3)]
    log, outbox = SqlSignalLog(database), SqlOutbox(database)
    for number in range(CYCLES):
        await log.append(published_cycle(f"c{number}", SYMBOLS))
        waiting = await outbox.pending("sync", 500)
        assert len(waiting) == len(SYMBOLS)
        await outbox.mark_delivered([message.position for message in waiting], MOMENT)
    done.set()
    assert all(reads > 0 for reads in await asyncio.gather(*readers))


async def test_an_append_is_seen_by_every_read_that_starts_after_it(database: Database) -> None:
    log, reader = SqlSignalLog(database), SqlSignalReader(database)
    for number in range(20):
        await log.append(published_cycle(f"c{number}", ["AAPL"]))
        assert await reader.signal(f"c{number}-s0") is not None


async def test_another_process_position_in_the_outbox_is_remembered_by_the_database(database: Database) -> None:
    await SqlSignalLog(database).append(published_cycle("c1", SYMBOLS))
    first = SqlOutbox(database)
    waiting = await first.pending("sync", 2)
    await first.mark_delivered([message.position for message in waiting], MOMENT)
    restarted = SqlOutbox(database)
    assert [message.message.key for message in await restarted.pending("sync", 500)] == ["c1-s2"]
