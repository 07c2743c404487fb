"""What must be done once is done by the process that leads; it ends with the lead, and begins again with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec

from argo_core.errors import StoreError
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.testing.contracts.alert_store import AT, sample_alert
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_alerts import MemoryAlerts
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_server.jobs.alert_readings import readings_of
from argo_server.jobs.leading import leading
from argo_server.jobs.working import working
from argo_server.services import Services
from argo_server.settings import Settings, load_settings
from argo_server.settings.shape import ShardRule
from tests.argo.server.web.parts import alert_services, assemble


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


def quiet() -> Settings:
    """No cycles, and no rules of alerts."""
    settings = load_settings({})
    generation = msgspec.structs.replace(settings.file.signal_generation, enabled=False)
    rules = msgspec.structs.replace(settings.file.alerts, enabled=False)
    return replace(settings, file=msgspec.structs.replace(settings.file, signal_generation=generation, alerts=rules))


async def test_without_the_lead_an_alert_is_told_in_an_outage_and_the_database_is_asked_again_after_it() -> None:
    store, election, slack = MemoryAlerts(), Election(), MemoryNotifier()
    desk = AlertDesk(store, {"slack": slack}, FixedClock(AT), lambda: 0.0)
    alerts = replace(alert_services(store), desk=desk, notifier=desk)
    services = replace(assemble(MemoryLog(), settings=quiet(), alerts=alerts), leadership=election)
    async with asyncio.timeout(20), working(services, by_signal=False):
        store.down = True
        await desk.send(sample_alert("in the outage"))
        while not slack.matters:
            await asyncio.sleep(0.01)
        store.down = False
        while not store.records:
            await asyncio.sleep(0.01)
        assert (await desk.send(sample_alert("after it"))).detail == "kept, to be told by slack"
        assert [len(record.attempts) for record in store.records] == [1, 0]
        election.elected.set()
        while [len(record.attempts) for record in store.records] != [1, 1]:
            await asyncio.sleep(0.01)
    assert [[one.delivered for one in record.attempts] for record in store.records] == [[True], [True]]


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
