"""What an outage does to alerts at its edges: kept late, silent for long, flapping, and longer than memory."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Delivery, PendingAlert, Severity
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.untold_alerts import MOST_UNTOLD, UntoldAlerts
from argo_core.testing.contracts.alert_store import AT, sample_alert, sample_attempt
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_alerts import MemoryAlerts

SOON = 0.02
FAILED = Delivery(channel="slack", delivered=False, detail="503")


class Told:
    """A channel that answers the script, then takes everything; `heard` is what it took."""

    def __init__(self, *script: Delivery) -> None:
        self.script, self.heard = list(script), list[str]()
        self.answers = asyncio.Event()
        self.answers.set()
        self.tries = 0

    async def send(self, alert: Alert) -> Delivery:
        self.tries += 1
        await self.answers.wait()
        done = self.script.pop(0) if self.script else Delivery(channel="slack", delivered=True, detail="taken")
        if done.delivered:
            self.heard.append(f"{alert.dedup_key} {'over' if alert.resolved else 'begins'}")
        return done


class Late(MemoryAlerts):
    """A write that was begun ends by itself, though nobody waits for it any more: as one of SQLite does."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = asyncio.Event()
        self.writes.set()

    async def keep(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
        return await asyncio.shield(asyncio.ensure_future(self._late(alert, configured)))

    async def _late(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
        await self.writes.wait()
        return await super().keep(alert, configured)

    async def write(self) -> None:
        self.writes.set()
        while not self.records:
            await asyncio.sleep(0)


def desk_of(store: MemoryAlerts, slack: Told, *, seconds: float = SOON) -> AlertDesk:
    return AlertDesk(store, {"slack": slack}, FixedClock(AT), lambda: 0.0, store_seconds=seconds)


async def steps(desk: AlertDesk, times: int = 4) -> None:
    for _ in range(times):
        await desk.lines[0].step()


async def late(*script: Delivery) -> tuple[Late, Told, AlertDesk]:
    """An alert that memory has, tried once, and that the database took after all."""
    store, slack = Late(), Told(*script)
    desk = desk_of(store, slack)
    store.writes.clear()
    await desk.send(sample_alert("a"))
    await steps(desk, 1)
    await store.write()
    return store, slack, desk


async def test_what_was_told_from_memory_and_kept_late_is_told_once() -> None:
    store, slack, desk = await late()
    await desk.catch_up()
    await steps(desk)
    assert slack.heard == ["a begins"]
    assert await store.pending("slack", 10) == ()
    assert len(await store.standing()) == 1


@pytest.mark.parametrize("moved_first", [True, False])
async def test_what_waits_in_memory_and_was_kept_late_is_told_once(moved_first: bool) -> None:
    store, slack, desk = await late(FAILED)
    if moved_first:
        await desk.catch_up()
    await steps(desk)
    await desk.catch_up()
    await steps(desk)
    assert slack.heard == ["a begins"]
    assert await store.pending("slack", 10) == ()


async def test_an_end_at_the_moment_of_its_beginning_is_told_after_it() -> None:
    store, slack = MemoryAlerts(), Told()
    desk = desk_of(store, slack)
    store.down = True
    await desk.send(sample_alert("a"))
    await steps(desk, 1)
    store.down = False
    await desk.catch_up()
    await desk.send(sample_alert("a", resolved=True))
    await steps(desk)
    assert slack.heard == ["a begins", "a over"]


class Mute(MemoryAlerts):
    """Refuses writes, and says nothing to who reads."""

    async def pending(self, channel: str, limit: int) -> tuple[PendingAlert, ...]:
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_second_try_does_not_wait_for_a_database_that_says_nothing() -> None:
    store, slack = Mute(), Told(FAILED)
    desk = desk_of(store, slack, seconds=60.0)
    store.down = True
    await desk.send(sample_alert("a"))
    async with asyncio.timeout(10):
        await steps(desk, 2)
    assert slack.heard == ["a begins"]


async def test_what_a_database_that_takes_nothing_still_holds_is_told_beside_what_memory_cannot_get_rid_of() -> None:
    class Full(MemoryAlerts):
        """Its disk is full: it is read, and takes no alert."""

        full = False

        async def keep(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
            if self.full:
                raise StoreError("the disk is full: free space")
            return await super().keep(alert, configured)

    store, slack = Full(), Told(FAILED)
    desk = desk_of(store, slack)
    await desk.send(sample_alert("stored"))
    store.full = True
    await desk.send(sample_alert("poison"))
    await steps(desk, 3)
    assert slack.heard == ["stored begins", "poison begins"]


async def test_a_matter_closed_for_a_move_is_open_again_when_the_database_goes_away_before_it() -> None:
    store, slack = MemoryAlerts(), Told(FAILED)
    desk = desk_of(store, slack)
    store.down = True
    await desk.send(sample_alert("a"))
    slack.answers.clear()
    trying = asyncio.create_task(desk.lines[0].step())
    while not slack.tries:
        await asyncio.sleep(0)
    store.down = False
    await desk.catch_up()
    store.down = True
    slack.answers.set()
    await trying
    await desk.catch_up()
    await steps(desk)
    assert slack.heard == ["a begins"]


async def test_what_was_told_leaves_room_for_what_was_not() -> None:
    store, slack = MemoryAlerts(), Told()
    desk = desk_of(store, slack)
    store.down = True
    for number in range(MOST_UNTOLD):
        await desk.send(sample_alert(f"matter {number}", Severity.CRITICAL))
    assert not (await desk.send(sample_alert("one more", Severity.CRITICAL))).delivered
    await steps(desk, 1)
    assert (await desk.send(sample_alert("one more", Severity.CRITICAL))).delivered


async def test_of_what_was_told_whole_matters_are_forgotten_the_ended_ones_first() -> None:
    untold = UntoldAlerts(most=4)

    async def tell(key: str, *, over: bool = False) -> None:
        await untold.add(sample_alert(key, resolved=over), ("slack",))
        await untold.noted(untold.waiting("slack")[-1].task, sample_attempt("slack"))

    await tell("stands")
    await tell("ended")
    await tell("ended", over=True)
    await tell("stands too")
    assert list(untold.matters()) == ["stands", "ended", "stands too"]
    await tell("next")
    assert list(untold.matters()) == ["stands", "stands too", "next"]
    await tell("fourth")
    await untold.add(sample_alert("waits"), ("slack",))
    await tell("fifth")
    assert list(untold.matters()) == ["stands too", "next", "fourth", "waits", "fifth"]
