"""What must be done once is done by the process that leads; it ends with the lead, and begins again with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec

from argo_core.errors import StoreError
from argo_core.testing.memory_log import MemoryLog
from argo_server.jobs.alert_readings import readings_of
from argo_server.jobs.leading import leading
from argo_server.services import Services
from argo_server.settings import load_settings
from argo_server.settings.shape import ShardRule
from tests.argo.server.web.parts import assemble


class Election:
    """A leadership that a test gives and takes."""

    def __init__(self) -> None:
        self.elected, self.deposed = asyncio.Event(), asyncio.Event()
        self.broken = False

    @asynccontextmanager
    async def held(self, on_growth: Callable[[], None]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        await self.elected.wait()
        if self.broken:
            raise StoreError("the database is away")

        async def lost() -> None:
            await self.deposed.wait()

        yield lost

    async def vacant(self) -> tuple[str, ...]:
        return ("2/2",)


class Work:
    """Says when it begins and ends."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str] = asyncio.Queue()

    @asynccontextmanager
    async def run(self, _: Services) -> AsyncIterator[None]:
        self.said.put_nowait("begins")
        try:
            yield
        finally:
            self.said.put_nowait("ends")

    async def next(self) -> str:
        return await asyncio.wait_for(self.said.get(), 20)


async def test_a_generator_that_is_alone_does_the_work_from_beginning_to_end() -> None:
    work = Work()
    async with leading(assemble(MemoryLog()), work.run):
        assert await work.next() == "begins"
        assert work.said.empty()
    assert await work.next() == "ends"


async def test_one_of_several_works_while_it_leads_and_again_when_it_leads_again() -> None:
    work, election = Work(), Election()
    async with leading(replace(assemble(MemoryLog()), leadership=election), work.run):
        assert work.said.empty()
        election.elected.set()
        assert await work.next() == "begins"
        election.elected.clear()
        election.deposed.set()
        assert await work.next() == "ends"
        election.deposed.clear()
        election.elected.set()
        assert await work.next() == "begins"
    assert await work.next() == "ends"


async def test_a_database_that_is_away_ends_nothing_but_the_attempt() -> None:
    work, election = Work(), Election()
    election.broken = True
    async with leading(replace(assemble(MemoryLog()), leadership=election), work.run):
        election.elected.set()
        await asyncio.sleep(0)
        election.broken = False
        assert await work.next() == "begins"


async def test_a_shard_that_nobody_works_on_is_down_in_the_eyes_of_the_alerts() -> None:
    generation = {"symbols": ("AAPL", "TSLA"), "shard": ShardRule(index=1, of=2)}
    settings = load_settings({})
    file = msgspec.structs.replace(
        settings.file, signal_generation=msgspec.structs.replace(settings.file.signal_generation, **generation)
    )
    services = replace(assemble(MemoryLog(), settings=replace(settings, file=file)), leadership=Election())
    readings = await readings_of(services)
    assert {name: why for name, why in readings.down.items() if name.startswith("shard")} == {
        "shard 1/2": "",
        "shard 2/2": "no generator works on it: start one",
    }
