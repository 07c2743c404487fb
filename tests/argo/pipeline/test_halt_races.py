"""A halt that is called while something else goes on stands, is acted upon at once, and is nobody else's to end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Delivery
from argo_core.model.halt import Halt, HaltCode
from argo_core.model.order import OrderState
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline.halting import Halting
from argo_core.testing.memory_executor import MemoryExecutorStore
from argo_core.testing.memory_halts import MemoryHalts
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.memory_venue import MemoryVenue
from tests.argo.pipeline.executor_rig import SHARES, ExecutorRig, bar

TURNS = 100


class SlowHalts(MemoryHalts):
    """Stores halts of a person as soon as it is let, and says so a moment later."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let, self.answers = asyncio.Event(), asyncio.Event(), True

    async def halt(self, halt: Halt) -> None:
        if halt.code is HaltCode.OPERATOR:
            self.asked.set()
            await self.let.wait()
        await super().halt(halt)
        while not self.answers:
            await asyncio.sleep(0)


class SlowVenue(MemoryVenue):
    """Shows the account as soon as it is let."""

    asked: asyncio.Event
    let: asyncio.Event

    async def snapshot(self) -> AccountSnapshot:
        self.asked.set()
        await self.let.wait()
        return await super().snapshot()


class WatchingNotifier(MemoryNotifier):
    """Looks at what is held when somebody is told."""

    def __init__(self, rig: ExecutorRig) -> None:
        super().__init__()
        self._rig, self.held = rig, list[dict[str, float]]()

    async def send(self, alert: Alert) -> Delivery:
        self.held.append(await self._rig.held())
        return await super().send(alert)


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def with_slow_halts() -> tuple[ExecutorRig, SlowHalts]:
    rig = ExecutorRig()
    rig.halts = halts = SlowHalts()
    rig.start()
    await rig.begin()
    return rig, halts


async def test_books_that_agree_again_do_not_end_the_halt_that_a_person_calls_meanwhile() -> None:
    rig, halts = await with_slow_halts()
    rig.venue.forgetful = True
    rig.venue.others_trade("AAPL", "BUY", 5.0, 175.0)
    await rig.executor.check()
    assert rig.halted() is HaltCode.UNRECONCILED
    rig.venue.forgetful = False
    called = asyncio.create_task(rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada"))
    await halts.asked.wait()
    checked = asyncio.create_task(rig.executor.check())
    await turns()
    halts.let.set()
    await asyncio.gather(called, checked)
    assert rig.halted() is HaltCode.OPERATOR


async def test_an_anchor_does_not_end_the_halt_that_a_person_calls_meanwhile() -> None:
    rig, halts = await with_slow_halts()
    await rig.trade("s1")
    await rig.executor.mark([bar(70.0, 5)])
    assert rig.halted() is HaltCode.DAILY_LOSS
    called = asyncio.create_task(rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada"))
    await halts.asked.wait()
    next_day = asyncio.create_task(rig.executor.mark([bar(70.0, 2 * 1440)]))
    await turns()
    halts.let.set()
    await asyncio.gather(called, next_day)
    assert rig.halted() is HaltCode.OPERATOR


async def test_a_resume_ends_no_halt_that_is_called_after_it() -> None:
    rig = ExecutorRig()
    await rig.begin()
    first, _ = await rig.executor.halt(HaltCode.DRILL, "exercise", "ada")
    halting = Halting("argo", rig.halts, rig.clock, lambda: "other")
    await halting.load()
    rig.clock.advance(timedelta(seconds=1))
    second = await halting.halt(HaltCode.OPERATOR, "looks odd", "bob")
    assert await halting.end(first, "exercise done", "ada") is None
    assert await rig.halts.standing() == halting.standing == second


async def test_a_halt_whose_caller_went_away_while_it_was_stored_stands() -> None:
    rig, halts = await with_slow_halts()
    halts.let.set()
    halts.answers = False
    called = asyncio.create_task(rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada"))
    await turns()
    called.cancel()
    with pytest.raises(asyncio.CancelledError):
        await called
    assert await halts.standing() is not None
    assert rig.halted() is HaltCode.OPERATOR


async def test_orders_come_off_at_once_though_a_check_waits_for_the_venue() -> None:
    rig = ExecutorRig()
    rig.venue = venue = SlowVenue(100_000.0, rig.clock.now)
    venue.asked, venue.let = asyncio.Event(), asyncio.Event()
    venue.let.set()
    rig.start()
    await rig.begin()
    await rig.trade("s1")
    venue.let.clear()
    venue.asked.clear()
    checked = asyncio.create_task(rig.executor.check())
    await venue.asked.wait()
    called = asyncio.create_task(rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada"))
    await turns()
    state = rig.state("argo-s1-stop")
    venue.let.set()
    await asyncio.gather(checked, called)
    assert (state, await rig.held()) == (OrderState.CANCELLED, {})


async def test_people_are_told_when_everything_is_closed_and_also_where_it_cannot_be() -> None:
    rig = ExecutorRig()
    rig.notifier = notifier = WatchingNotifier(rig)
    rig.start()
    await rig.begin()
    await rig.trade("s1")
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert notifier.held == [{}]
    await rig.executor.resume("looked at it", "ada")
    rig.venue.down = True
    with pytest.raises(StoreError, match="cannot be reached"):
        await rig.executor.halt(HaltCode.OPERATOR, "again", "ada")


@pytest.mark.parametrize("stopped", [False, True])
async def test_a_person_s_halt_is_kept_beside_a_breach_that_closes_nothing(stopped: bool) -> None:
    """Under its own rules an account beyond its drawdown keeps its positions: the kill switch still closes them."""
    rig = ExecutorRig()
    await rig.begin()
    await rig.trade("s1")
    breach = Halt(
        halt_id="argo-halt-9", executor_id="argo", code=HaltCode.BREACH, reason="drawdown", by="monitor",
        at=rig.clock.now(),
    )  # fmt: skip
    await rig.halts.halt(breach)
    rig.start()
    await rig.executor.recover()
    assert await rig.held() == {"AAPL": SHARES}
    if stopped:
        halting = Halting("argo", rig.halts, rig.clock, lambda: "other")
        await halting.load()
        await halting.halt(HaltCode.OPERATOR, "get out", "ada")
        rig.start()
        await rig.executor.recover()
    else:
        await rig.executor.halt(HaltCode.OPERATOR, "get out", "ada")
    assert (await rig.held(), rig.halted()) == ({}, HaltCode.OPERATOR)
    assert len(await rig.executor.resume("looked at it", "ada")) == 2


class ForgettingStore(MemoryExecutorStore):
    """Stores a withdrawal and does not say so."""

    loses_answers = False

    async def withdrawn(self, client_order_id: str, reason: str) -> None:
        await super().withdrawn(client_order_id, reason)
        if self.loses_answers:
            raise StoreError("the answer was lost: try again later")


async def test_an_intent_whose_withdrawal_got_no_answer_is_not_placed_after_the_resume() -> None:
    rig = ExecutorRig()
    rig.store = store = ForgettingStore()
    rig.start()
    await rig.begin()
    await rig.trade("s1")
    rig.venue.patient = True
    await rig.trade("s2", "SELL")
    store.loses_answers = True
    with pytest.raises(StoreError, match="answer was lost"):
        await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    await rig.executor.resume("looked at it", "ada")
    rig.venue.patient = False
    for name in [name for name in rig.asked() if rig.state(name) is OrderState.ACCEPTED]:
        rig.venue.fill(name, SHARES, 175.25)
    await rig.executor.check()
    assert "argo-s2" not in rig.asked()


async def test_after_a_person_s_halt_the_day_s_loss_is_what_it_was() -> None:
    rig = ExecutorRig()
    await rig.begin()
    await rig.trade("s1")
    await rig.executor.mark([bar(110.0, 5)])
    await rig.executor.halt(HaltCode.OPERATOR, "coffee", "ada")
    await rig.executor.resume("back", "ada")
    await rig.executor.check()
    watched = await rig.executor.watched()
    assert [round(meter.used, 3) for meter in watched.meters[:2]] == [4.241, 4.241]
