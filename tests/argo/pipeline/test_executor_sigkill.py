"""An executor killed wherever it waits: afterwards books and venue agree, nothing is doubled, nothing unprotected."""

from __future__ import annotations

import itertools
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.schema import create_schema
from argo_core.model.halt import HaltCode
from argo_core.pipeline.halting import ALWAYS_FLATTEN
from argo_core.pipeline.minding import MONITOR
from tests.argo.forked_lives import nursery
from tests.argo.pipeline.await_lines import await_lines
from tests.argo.pipeline.executor_world import World
from tests.argo.pipeline.reached_lines import reached_lines

PROGRAM = "tests.argo.pipeline.executor_life"
PLACES = [line.name for line in await_lines()]
MOMENTS = ("before", "after")
LIVES = 4
"""How many of them share a database."""
DOUBLED = {
    "an order that was taken twice": "SELECT client_order_id FROM exchange_log WHERE body LIKE "
    '\'%"state":"accepted"%\' GROUP BY client_order_id HAVING count(*) > 1',
    "two fills of one order": "SELECT client_order_id FROM fill_log GROUP BY client_order_id HAVING count(*) > 1",
    "a signal decided twice": "SELECT signal_id FROM verdict_log GROUP BY signal_id HAVING count(*) > 1",
    "a denied signal with an order": "SELECT signal_id FROM intent_log JOIN verdict_log USING (signal_id) "
    "WHERE decision = 'denied'",
    "a change that was not noted": "SELECT id FROM exchange_log WHERE id NOT IN (SELECT position FROM order_log)",
    "an order of a signal that was neither decided nor is an exit": "SELECT client_order_id FROM exchange_log "
    "WHERE client_order_id LIKE 'argo-SIG-%' AND client_order_id NOT IN (SELECT client_order_id FROM intent_log) "
    "AND NOT (json_extract(body, '$.order.intent.reduce_only') = 1 AND (client_order_id LIKE '%-stop' "
    "OR client_order_id LIKE '%-protect-%' OR client_order_id LIKE '%-target' OR client_order_id LIKE '%-target-%'))",
    "a halt that ended without a record": "SELECT halt_id FROM halt_log WHERE kind = 'resume' AND halt_id NOT IN "
    "(SELECT halt_id FROM halt_log WHERE kind = 'halt')",
}


@asynccontextmanager
async def world_of(path: Path) -> AsyncIterator[World]:
    """The next process, where the market stands."""
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        world = World(database)
        await world.begin()
        yield world
    finally:
        await database.close()


async def require_whole(path: Path) -> None:
    """The next process starts, and after its first check everything is as it should be."""
    async with world_of(path) as world:
        stood = await world.halts.standing()
        checked = await world.executor.recover()
        assert checked.differences == ()
        assert checked.unprotected == ()
        if checked.halt != stood:
            # No restart lifts a halt: books that agree end the one for books that did not, an anchor that has passed
            # the one for its day, and the monitor may halt.
            agreed = stood is None or stood.code is HaltCode.UNRECONCILED
            passed = stood is not None and stood.until is not None and stood.until <= world.clock.now()
            assert agreed or passed
            assert checked.halt is None or checked.halt.by == MONITOR
        if stood is not None and stood.code in ALWAYS_FLATTEN:
            assert checked.flattening is not None
            assert checked.flattening.flat_at is not None
            account = await world.exchange.snapshot()
            assert (account.positions, account.open_orders) == ((), ())
    with closing(sqlite3.connect(path)) as connection:
        for fault, query in DOUBLED.items():
            assert (fault, connection.execute(query).fetchall()) == (fault, [])


async def kill_at(folder: Path, places: list[tuple[str, str]], seed: int) -> Counter[str]:
    """One life after the other, each killed at its place; where they ended. A few lives share a database: an account
    that trades for ever in such a market has soon nothing left to trade with."""
    dice, ends = random.Random(seed), Counter[str]()
    with nursery(PROGRAM) as lives:
        for number, (place, moment) in enumerate(places):
            path = folder / f"{number // LIVES}.db"
            if not path.exists():
                await new_database(path)
            # What a life reaches once only, at its start for instance, is tried at the first visit then.
            for visit in (dice.randrange(1, 4), 1):
                end = lives.live(f"sqlite+aiosqlite:///{path} {place} {moment} {visit}")[-1].split()[0]
                await require_whole(path)
                if end == "killed":
                    break
            ends[f"{end} {place}"] += 1
    return ends


async def new_database(path: Path) -> None:
    engine = create_engine(parse_url(f"sqlite+aiosqlite:///{path}"), pool_size=1)
    async with engine.execution_options(argo_writing=True).begin() as connection:
        await connection.run_sync(create_schema)
    await engine.dispose()


def test_the_lines_that_wait_are_found() -> None:
    files = Counter(place.partition(":")[0] for place in PLACES)
    assert set(files) == {
        "bookkeeping", "executor", "flattening", "halting", "minding", "placing", "protecting", "watching",
    }  # fmt: skip
    assert len(PLACES) >= 80


async def test_a_life_that_nobody_ends_reaches_every_line_that_waits(tmp_path: Path) -> None:
    path = tmp_path / "whole.db"
    await new_database(path)
    async with world_of(path) as world:
        with reached_lines(await_lines()) as reached:
            await world.live()
    assert sorted(set(PLACES) - reached) == []


@pytest.mark.timeout(120)
async def test_a_seeded_slice_of_kills_leaves_nothing_doubled_and_nothing_unprotected(tmp_path: Path) -> None:
    every = list(itertools.product(PLACES, MOMENTS))
    ends = await kill_at(tmp_path, random.Random(5).sample(every, 14), seed=5)
    assert sum(count for end, count in ends.items() if end.startswith("killed")) >= 10


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_kill_at_every_line_that_waits_leaves_nothing_doubled_and_nothing_unprotected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = await kill_at(tmp_path, list(itertools.product(PLACES, MOMENTS)), seed=50)
    outlived = sorted(end.removeprefix("outlived ") for end in ends if end.startswith("outlived"))
    with capsys.disabled():
        sys.stdout.write(f"\n{sum(ends.values())} lives, {len(PLACES)} lines; never reached: {outlived}\n")
    assert outlived == []
