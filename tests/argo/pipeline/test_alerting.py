"""Handing in and telling: durable first, each channel for itself, nothing lost and nothing told for ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from argo_core.alerts.channel_limit import ChannelLimit, told_next
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Attempt, Delivery, PendingAlert, Severity
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.alert_line import AlertLine
from argo_core.pipeline.untold_alerts import UntoldAlerts
from argo_core.testing.contracts.alert_store import AT, sample_alert
from argo_core.testing.contracts.notifier import NotifierContract
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_alerts import MemoryAlerts


class Told:
    """A channel that answers the script, then takes everything."""

    def __init__(self, name: str, *script: Delivery) -> None:
        self.name, self.script = name, list(script)
        self.alerts: list[Alert] = []

    async def send(self, alert: Alert) -> Delivery:
        self.alerts.append(alert)
        return self.script.pop(0) if self.script else Delivery(channel=self.name, delivered=True, detail="taken")


def failure(*, permanent: bool = False, retry_after: float | None = None) -> Delivery:
    return Delivery(channel="slack", delivered=False, detail="503", permanent=permanent, retry_after=retry_after)


def desk_of(store: MemoryAlerts, *channels: Told, clock: FixedClock | None = None) -> AlertDesk:
    return AlertDesk(store, {one.name: one for one in channels}, clock or FixedClock(AT), lambda: 0.0)


def keys(channel: Told) -> list[str]:
    return [one.dedup_key for one in channel.alerts]


class TestDesk(NotifierContract):
    @pytest.fixture
    def notifier(self) -> AlertDesk:
        return desk_of(MemoryAlerts(), Told("slack"))

    @pytest.fixture
    def broken_notifier(self) -> AlertDesk:
        store = MemoryAlerts()
        store.down = True
        return desk_of(store)


async def test_a_silent_channel_delays_no_other() -> None:
    class Silent(Told):
        async def send(self, alert: Alert) -> Delivery:
            self.alerts.append(alert)
            await asyncio.Event().wait()
            raise AssertionError

    store, silent, email = MemoryAlerts(), Silent("slack"), Told("email")
    desk = desk_of(store, silent, email)
    async with asyncio.timeout(5):
        tasks = [asyncio.create_task(line.run()) for line in desk.lines]
        for key in "abc":
            await desk.send(sample_alert(key))
        while len(email.alerts) < 3 or not silent.alerts:
            await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert keys(email) == ["a", "b", "c"]
    assert keys(silent) == ["a"]


async def test_a_failure_is_tried_again_after_what_the_channel_asks_for() -> None:
    store, slack = MemoryAlerts(), Told("slack", failure(retry_after=30.0), failure())
    desk = desk_of(store, slack)
    (line,) = desk.lines
    await desk.send(sample_alert())
    assert await line.step() == 30.0
    assert await line.step() == 0.25
    assert await line.step() == 0.0
    assert len(slack.alerts) == 3
    assert [one.delivered for one in store.records[0].attempts] == [False, False, True]
    assert await line.step() == 5.0


async def test_a_refusal_for_good_is_kept_and_not_repeated() -> None:
    store, slack = MemoryAlerts(), Told("slack", failure(permanent=True))
    desk = desk_of(store, slack)
    await desk.send(sample_alert())
    (line,) = desk.lines
    assert [await line.step(), await line.step()] == [0.0, 5.0]
    assert len(slack.alerts) == 1
    (attempt,) = store.records[0].attempts
    assert (attempt.delivered, attempt.settled, attempt.detail) == (False, True, "503")


async def test_one_that_is_never_taken_holds_up_no_other() -> None:
    store, slack = MemoryAlerts(), Told("slack", failure(), failure())
    desk = desk_of(store, slack)
    await desk.send(sample_alert("poison"))
    (line,) = desk.lines
    await line.step()
    await desk.send(sample_alert("next"))
    slack.script.clear()
    await line.step()
    assert keys(slack) == ["poison", "next"]


async def test_after_a_day_it_is_given_up() -> None:
    store, clock = MemoryAlerts(), FixedClock(AT)
    slack = Told("slack", failure(), failure())
    desk = desk_of(store, slack, clock=clock)
    await desk.send(sample_alert())
    (line,) = desk.lines
    await line.step()
    clock.advance(timedelta(hours=24, seconds=1))
    await line.step()
    assert await store.pending("slack", 10) == ()
    assert store.records[0].attempts[-1].detail == "given up after a day: 503"


async def test_another_process_tells_what_the_first_one_kept() -> None:
    store, slack = MemoryAlerts(), Told("slack")
    await desk_of(store, Told("slack")).send(sample_alert())
    (line,) = desk_of(store, slack).lines
    await line.step()
    assert keys(slack) == ["disk_high"]


async def test_without_the_database_alerts_are_told_from_memory_once_and_kept_later() -> None:
    store, slack, email = MemoryAlerts(), Told("slack"), Told("email", failure())
    desk = desk_of(store, slack, email)
    store.down = True
    first = await desk.send(sample_alert())
    assert (first.delivered, first.detail.partition(":")[0]) == (True, "told from memory")
    await desk.send(sample_alert())
    for line in desk.lines * 2:
        await line.step()
    assert (keys(slack), keys(email)) == (["disk_high"], ["disk_high"] * 2)
    await desk.catch_up()
    assert store.records == []
    store.down = False
    await desk.catch_up()
    await desk.catch_up()
    (record,) = store.records
    assert record.channels == ("slack", "email")
    assert [one.delivered for one in record.attempts] == [True, False, True]
    over = sample_alert(resolved=True)
    await desk.send(over)
    for line in desk.lines:
        await line.step()
    assert slack.alerts[-1] == over


class FullDisk(MemoryAlerts):
    """Can be read; while `full`, no try is kept."""

    full = True

    async def attempted(self, task: int, attempt: Attempt) -> None:
        if self.full:
            raise StoreError("the disk is full: free space")
        await super().attempted(task, attempt)


async def test_a_disk_that_is_full_does_not_make_a_channel_repeat_itself() -> None:
    store, slack = FullDisk(), Told("slack")
    desk = desk_of(store, slack)
    await desk.send(sample_alert())
    (line,) = desk.lines
    for _ in range(4):
        await line.step()
    assert (keys(slack), store.records[0].attempts) == (["disk_high"], ())
    await desk.send(sample_alert("next"))
    await line.step()
    store.full = False
    await line.step()
    assert keys(slack) == ["disk_high", "next"]
    assert [[one.delivered for one in record.attempts] for record in store.records] == [[True], [True]]


async def test_a_storm_is_spread_out_and_critical_ones_do_not_wait_for_it() -> None:
    store, slack, clock = MemoryAlerts(), Told("slack"), FixedClock(AT)
    line = AlertLine("slack", slack, store, clock, lambda: 0.0, UntoldAlerts(), ChannelLimit(most=2, seconds=60.0))
    for key in "abc":
        await store.keep(sample_alert(key), ("slack",))
    for _ in range(3):
        wait = await line.step()
    assert (keys(slack), wait) == (["a", "b"], 5.0)
    await store.keep(sample_alert("worst", Severity.CRITICAL), ("slack",))
    await line.step()
    assert keys(slack) == ["a", "b", "worst"]
    clock.advance(timedelta(seconds=61))
    await line.step()
    assert keys(slack) == ["a", "b", "worst", "c"]


def test_who_is_told_next() -> None:
    def waits(
        task: int, attempts: int = 0, severity: Severity = Severity.WARNING, *, over: bool = False, key: str = ""
    ) -> PendingAlert:
        alert = sample_alert(key or f"matter {task}", severity, resolved=over)
        return PendingAlert(task=task, alert=alert, attempts=attempts)

    old, failed, critical, ended = waits(1), waits(2, 3), waits(4, 0, Severity.CRITICAL), waits(3, over=True)
    assert told_next([failed, old], room=True) == old
    assert told_next([old, critical], room=True) == critical
    assert told_next([old, ended], room=False) == ended
    assert told_next([old, failed], room=False) is None
    assert told_next([], room=True) is None
    begins, worse, ends = waits(5, 2, key="a"), waits(6, 0, Severity.CRITICAL, key="a"), waits(7, over=True, key="a")
    assert told_next([begins, ends], room=True) == begins
    assert told_next([begins, ends], room=False) is None
    assert told_next([begins, worse, ends], room=False) == begins
    assert told_next([begins, ends, old], room=True) == old


def test_room_comes_back_when_the_oldest_leaves_the_window() -> None:
    limit = ChannelLimit(most=2, seconds=60.0)
    told = [AT, AT + timedelta(seconds=50)]
    assert limit.seconds_to_room(told[:1], AT) == 0.0
    assert limit.seconds_to_room(told, AT + timedelta(seconds=50)) == 10.0
    assert limit.seconds_to_room(told, AT + timedelta(seconds=60)) == 0.0
    assert msgspec.structs.asdict(ChannelLimit()) == {"most": 20, "seconds": 60.0}
