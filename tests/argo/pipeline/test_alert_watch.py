"""What stands in a process's own name is taken back by it, however it came to stand."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec

from argo_core.alerts.readings import Readings
from argo_core.alerts.rules import RULES
from argo_core.model.alert import Alert, Delivery, Matter, Severity
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.alert_watch import AlertWatch
from argo_core.testing.contracts.alert_store import AT, sample_alert
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_alerts import MemoryAlerts
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.memory_spare import MemorySpare

MINUTE = timedelta(minutes=1)


class Bench:
    """A watch over a process that is well but for what `down` names; each look is a minute after the one before."""

    def __init__(self, store: MemoryAlerts, spare: MemorySpare | None = None, source: str = "generator 1/2") -> None:
        left = () if spare is None else spare.load().untold
        self.desk = AlertDesk(store, {"slack": MemoryNotifier()}, FixedClock(AT), lambda: 0.0, spare=spare, left=left)
        self.watch = AlertWatch(RULES, self._read, self.desk, store, self.desk.matters, source)
        self.clock, self.down = FixedClock(AT), ""

    async def looks(self, times: int = 1) -> None:
        for _ in range(times):
            self.clock.advance(MINUTE)
            await self.watch.look()
            await asyncio.sleep(0)  # what the database answers in the meantime
            await asyncio.sleep(0)

    async def _read(self) -> Readings:
        return Readings(at=self.clock.now(), down={"redis": self.down})


def raised(source: str = "generator 1/2", subject: str = "redis") -> Alert:
    alert = sample_alert(f"service_down:{subject}", Severity.CRITICAL)
    return msgspec.structs.replace(alert, source=source, runbook="service_down")


async def states(store: MemoryAlerts) -> list[str]:
    return ["over" if one.alert.resolved else "begins" for one in store.records]


async def test_what_an_earlier_process_raised_is_taken_back_and_not_raised_again() -> None:
    store = MemoryAlerts()
    await store.keep(raised(), ("slack",))
    bench = Bench(store)
    bench.down = "it refuses"
    await bench.looks()
    assert await states(store) == ["begins"]
    bench.down = ""
    await bench.looks()
    assert await states(store) == ["begins", "over"]


async def test_what_comes_to_the_database_later_is_taken_back_too() -> None:
    store = MemoryAlerts()
    bench = Bench(store)
    await bench.looks()
    await store.recorded(raised(), (), matter=True, waiting=("slack",))  # what another process found in a spare file
    await bench.looks(2)
    assert await store.standing() == ()
    assert await states(store) == ["begins", "over"]


async def test_what_was_left_by_a_kill_and_is_still_being_told_is_taken_back() -> None:
    store, spare = MemoryAlerts(), MemorySpare()
    first = Bench(store, spare)
    store.down = True
    await first.desk.send(raised())
    await first.desk.send(raised(subject="database"))
    second = Bench(store, spare)
    store.down = False
    await second.looks()
    for _ in range(2):
        await second.desk.catch_up()
        await second.looks()
    assert [one.alert.dedup_key for one in await store.standing()] == ["service_down:database"]
    await second.looks(16)  # nobody measures a database there
    assert await store.standing() == ()


async def test_a_database_that_answers_after_the_first_looks_is_asked_then() -> None:
    store = MemoryAlerts()
    await store.keep(raised(), ("slack",))
    bench = Bench(store)
    store.down = True
    await bench.looks(2)
    store.down = False
    await bench.looks(2)
    assert await store.standing() == ()


async def test_what_others_raised_is_left_to_them() -> None:
    store = MemoryAlerts()
    await store.keep(raised("generator 2/2"), ("slack",))
    bench = Bench(store)
    await bench.looks(3)
    assert await states(store) == ["begins"]


async def test_what_ends_while_the_database_is_away_is_not_ended_twice() -> None:
    store = MemoryAlerts()
    bench = Bench(store)
    bench.down = "it refuses"
    await bench.looks()
    store.down = True
    bench.down = ""
    await bench.looks(2)
    store.down = False
    await bench.looks(2)
    await bench.desk.catch_up()
    await bench.looks(2)
    assert await states(store) == ["begins", "over"]


async def test_an_end_that_nobody_took_is_handed_in_at_the_next_look() -> None:
    class Deaf(MemoryNotifier):
        async def send(self, alert: Alert) -> Delivery:
            if alert.resolved and not self.down:
                self.down = True
                return Delivery(channel="alerts", delivered=False, detail="not kept")
            self.down = False
            return await super().send(alert)

    notifier, clock = Deaf(), FixedClock(AT)
    store = MemoryAlerts()
    await store.keep(raised(), ("slack",))

    async def read() -> Readings:
        return Readings(at=clock.now(), down={"redis": ""})

    def nothing() -> dict[str, Matter]:
        return {}

    watch = AlertWatch(RULES, read, notifier, store, nothing, "generator 1/2")
    await watch.look()
    assert notifier.matters == {}
    await watch.look()
    assert [one.resolved for one in notifier.matters.values()] == [True]


async def test_a_database_that_says_nothing_holds_up_no_look() -> None:
    class Silent(MemoryAlerts):
        async def standing(self) -> tuple[Matter, ...]:
            if self.records:
                await asyncio.Event().wait()
            return ()

    bench = Bench(Silent())
    bench.down = "it refuses"
    await bench.looks()
    async with asyncio.timeout(1):
        await bench.looks(3)
    (asked,) = asyncio.all_tasks() - {asyncio.current_task()}
    asked.cancel()
