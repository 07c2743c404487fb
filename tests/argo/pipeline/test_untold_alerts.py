"""While the database is away, or says nothing: alerts are told in time and in order, and a kill loses none."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec
import pytest

from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Attempt, Delivery, PendingAlert, Severity
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.timed_alerts import TimedAlerts
from argo_core.testing.contracts.alert_store import AT, AlertStoreContract, sample_alert
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_alerts import MemoryAlerts
from argo_core.testing.memory_spare import MemorySpare

SOON = 0.02
FAILED = Delivery(channel="slack", delivered=False, detail="503")


class Told:
    """A channel that answers the script, then takes everything; `heard` in words."""

    def __init__(self, name: str, *script: Delivery) -> None:
        self.name, self.script = name, list(script)
        self.heard: list[str] = []

    async def send(self, alert: Alert) -> Delivery:
        done = self.script.pop(0) if self.script else Delivery(channel=self.name, delivered=True, detail="taken")
        state = "over" if alert.resolved else alert.severity.value
        self.heard.append(f"{alert.dedup_key} {state}" + ("" if done.delivered else ": failed"))
        return done


class Hanging(MemoryAlerts):
    """Says nothing while `hangs`, as a server that is stopped."""

    hangs = False

    async def keep(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
        await self._silence()
        return await super().keep(alert, configured)

    async def pending(self, channel: str, limit: int) -> tuple[PendingAlert, ...]:
        await self._silence()
        return await super().pending(channel, limit)

    async def attempted(self, task: int, attempt: Attempt) -> None:
        await self._silence()
        await super().attempted(task, attempt)

    async def recorded(
        self, alert: Alert, attempts: Sequence[Attempt], *, matter: bool, waiting: Collection[str] = ()
    ) -> None:
        await self._silence()
        await super().recorded(alert, attempts, matter=matter, waiting=waiting)

    async def _silence(self) -> None:
        if not self.hangs:
            return
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()  # as a driver does that wants a goodbye from the server first


class TestTimedAlerts(AlertStoreContract):
    @pytest.fixture
    def alert_reader(self) -> MemoryAlerts:
        return MemoryAlerts()

    @pytest.fixture
    def alerts(self, alert_reader: MemoryAlerts) -> TimedAlerts:
        return TimedAlerts(alert_reader)


def desk_of(store: MemoryAlerts, *channels: Told, spare: MemorySpare | None = None) -> AlertDesk:
    left = () if spare is None else spare.load().untold
    named = {one.name: one for one in channels}
    return AlertDesk(store, named, FixedClock(AT), lambda: 0.0, spare=spare, left=left, store_seconds=SOON)


def later(minutes: int, *, resolved: bool = False, severity: Severity = Severity.WARNING) -> Alert:
    alert = sample_alert(severity=severity, resolved=resolved)
    return msgspec.structs.replace(alert, raised_at=AT + timedelta(minutes=minutes))


async def steps(desk: AlertDesk, times: int = 4) -> None:
    for _ in range(times):
        for line in desk.lines:
            await line.step()


async def end(store: Hanging) -> None:
    """Lets the questions end that nobody waits for any more."""
    store.hangs = False
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)


async def test_a_database_that_says_nothing_holds_up_no_alert() -> None:
    store, slack = Hanging(), Told("slack")
    desk = desk_of(store, slack)
    store.hangs = True
    async with asyncio.timeout(5):
        running = [asyncio.create_task(line.run()) for line in desk.lines]
        while not (await desk.send(sample_alert("a"))).delivered:
            await asyncio.sleep(0)
        await desk.send(sample_alert("b"))
        await desk.catch_up()
        while len(slack.heard) < 2:
            await asyncio.sleep(0)
    for task in running:
        task.cancel()
    await end(store)
    assert slack.heard == ["a warning", "b warning"]


async def test_no_question_to_the_store_outlasts_its_limit() -> None:
    store = Hanging()
    timed = TimedAlerts(store, SOON)
    store.hangs = True
    tried = Attempt(channel="slack", delivered=True, settled=True, detail="taken", at=AT)
    questions = (
        timed.keep(sample_alert(), ()),
        timed.pending("slack", 1),
        timed.attempted(1, tried),
        timed.recorded(sample_alert(), (tried,), matter=True),
    )
    async with asyncio.timeout(5):
        for question in questions:
            with pytest.raises(StoreError, match="says nothing"):
                await question
    await end(store)


async def test_after_a_failed_try_the_beginning_still_comes_before_the_end() -> None:
    store, pagerduty = MemoryAlerts(), Told("pagerduty", FAILED)
    desk = desk_of(store, pagerduty)
    await desk.send(later(0, severity=Severity.CRITICAL))
    await steps(desk, 1)
    await desk.send(later(1, resolved=True))
    await steps(desk)
    assert pagerduty.heard == ["disk_high critical: failed", "disk_high critical", "disk_high over"]


async def test_a_try_that_was_not_kept_still_comes_before_the_end() -> None:
    class Forgetful(MemoryAlerts):
        full = True

        async def attempted(self, task: int, attempt: Attempt) -> None:
            if self.full:
                raise StoreError("the disk is full: free space")
            await super().attempted(task, attempt)

    store, slack = Forgetful(), Told("slack", FAILED)
    desk = desk_of(store, slack)
    await desk.send(later(0))
    await steps(desk, 1)
    await desk.send(later(1, resolved=True))
    await steps(desk)
    assert slack.heard == ["disk_high warning: failed", "disk_high warning", "disk_high over"]
    store.full = False
    await steps(desk, 1)
    assert [[one.delivered for one in record.attempts] for record in store.records] == [[False, True], [True]]


async def test_what_began_without_the_database_ends_with_it_and_may_begin_again() -> None:
    store, slack = MemoryAlerts(), Told("slack")
    desk = desk_of(store, slack)
    store.down = True
    await desk.send(later(0))
    await steps(desk, 1)
    store.down = False
    await desk.send(later(1, resolved=True))  # before anybody caught up
    await desk.catch_up()
    await steps(desk)
    assert await store.standing() == ()
    assert slack.heard == ["disk_high warning", "disk_high over"]
    await desk.send(later(60))
    await steps(desk)
    assert slack.heard[2:] == ["disk_high warning"]
    assert [one.alert.resolved for one in store.records] == [False, True, False]


async def test_what_is_still_to_be_told_moves_to_the_database_and_stays_in_order() -> None:
    store, slack, email = MemoryAlerts(), Told("slack"), Told("email", FAILED, FAILED)
    desk = desk_of(store, slack, email)
    store.down = True
    await desk.send(later(0))
    await steps(desk, 1)
    await desk.send(later(1, resolved=True))
    store.down = False
    await desk.catch_up()
    assert [len(await store.pending(name, 10)) for name in ("slack", "email")] == [1, 2]
    await steps(desk)
    assert slack.heard == ["disk_high warning", "disk_high over"]
    assert email.heard == ["disk_high warning: failed"] * 2 + ["disk_high warning", "disk_high over"]


async def test_what_is_being_told_does_not_move_and_is_told_once() -> None:
    class Slow(Told):
        def __init__(self) -> None:
            super().__init__("slack")
            self.asked, self.answer = asyncio.Event(), asyncio.Event()

        async def send(self, alert: Alert) -> Delivery:
            self.asked.set()
            await self.answer.wait()
            return await super().send(alert)

    store, slack = MemoryAlerts(), Slow()
    desk = desk_of(store, slack)
    store.down = True
    await desk.send(sample_alert())
    trying = asyncio.create_task(desk.lines[0].step())
    await slack.asked.wait()
    store.down = False
    await desk.catch_up()
    assert store.records == []
    slack.answer.set()
    await trying
    await desk.catch_up()
    await steps(desk)
    assert slack.heard == ["disk_high warning"]
    assert [len(one.attempts) for one in store.records] == [1]


async def test_a_beginning_that_only_the_silent_database_knows_is_not_told_after_its_end() -> None:
    store, slack = MemoryAlerts(), Told("slack")
    desk = desk_of(store, slack)
    await desk.send(later(0))
    store.down = True
    await desk.send(later(1, resolved=True))
    await steps(desk)
    store.down = False
    await steps(desk)
    await desk.catch_up()
    await steps(desk)
    assert slack.heard == ["disk_high over"]
    (tried,) = store.records[0].attempts
    assert (tried.delivered, tried.settled, tried.detail.partition(":")[0]) == (False, True, "not told")
    assert await store.standing() == ()


async def test_a_kill_without_the_database_loses_neither_what_waits_nor_what_was_told() -> None:
    store, spare, slack, email = MemoryAlerts(), MemorySpare(), Told("slack"), Told("email", FAILED)
    first = desk_of(store, slack, email, spare=spare)
    store.down = True
    await first.send(later(0))
    await steps(first, 1)
    second = desk_of(store, slack, email, spare=spare)
    await second.send(later(0))  # the rule looks again: the matter is known
    await steps(second)
    assert (slack.heard, email.heard) == (["disk_high warning"], ["disk_high warning: failed", "disk_high warning"])
    third = desk_of(store, slack, email, spare=spare)
    store.down = False
    await third.send(later(1, resolved=True))
    await third.catch_up()
    await steps(third)
    assert (slack.heard[1:], email.heard[2:]) == (["disk_high over"], ["disk_high over"])
    assert [len(one.attempts) for one in store.records] == [3, 2]
    assert (spare.untold, await store.standing()) == ((), ())


async def test_a_spare_place_that_cannot_be_written_keeps_nobody_from_telling() -> None:
    store, spare, slack = MemoryAlerts(), MemorySpare(), Told("slack")
    desk = desk_of(store, slack, spare=spare)
    store.down = spare.down = True
    assert (await desk.send(sample_alert())).delivered
    await steps(desk)
    assert slack.heard == ["disk_high warning"]
