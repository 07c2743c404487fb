"""What cannot be done in one symbol keeps nobody from doing it in the others, and lets nothing new be opened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.model.halt import HaltCode
from argo_core.model.order import Order, OrderIntent
from argo_core.testing.memory_venue import MemoryVenue
from tests.argo.pipeline.executor_rig import SHARES, ExecutorRig, bar


class StuckVenue(MemoryVenue):
    """Takes no order in the symbols that are `stuck`, as a venue does that still cancels another there."""

    stuck: frozenset[str] = frozenset()

    async def submit(self, intent: OrderIntent) -> Order:
        if intent.symbol in self.stuck:
            raise StoreError("the venue still cancels another order: try again in a minute")
        return await super().submit(intent)


async def two_positions() -> tuple[ExecutorRig, StuckVenue]:
    rig = ExecutorRig()
    rig.venue = venue = StuckVenue(100_000.0, rig.clock.now)
    rig.start()
    await rig.begin()
    await rig.executor.mark([bar(175.25, 0, "MSFT")])
    await rig.trade("s1")
    await rig.trade("s2", symbol="MSFT")
    return rig, venue


async def test_the_kill_switch_closes_every_position_that_can_be_closed() -> None:
    rig, venue = await two_positions()
    venue.stuck = frozenset({"AAPL"})
    with pytest.raises(StoreError, match="still cancels"):
        await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert await rig.held() == {"AAPL": SHARES}
    venue.stuck = frozenset()
    checked = await rig.executor.check()
    assert await rig.held() == {}
    assert checked.flattening is not None
    assert checked.flattening.flat_at is not None


async def test_every_position_that_can_be_protected_is() -> None:
    rig, venue = await two_positions()
    for name in ("argo-s1-stop", "argo-s2-stop"):
        venue.call_off(name)
    venue.stuck = frozenset({"AAPL"})
    with pytest.raises(StoreError, match="still cancels"):
        await rig.executor.check()
    assert rig.asked() == ["argo-s1", "argo-s2", "argo-s2-protect-1"]


async def test_nothing_new_is_opened_while_something_cannot_be_protected() -> None:
    rig, venue = await two_positions()
    venue.call_off("argo-s1-stop")
    venue.stuck = frozenset({"AAPL"})
    with pytest.raises(StoreError, match="still cancels"):
        await rig.executor.check()
    with pytest.raises(StoreError, match="still cancels"):
        await rig.trade("s3", symbol="MSFT")
    assert "s3" not in rig.store.verdicts
    venue.stuck = frozenset()
    await rig.executor.work()
    assert "s3" in rig.store.verdicts


async def test_an_entry_that_the_venue_does_not_take_now_keeps_no_stop_waiting() -> None:
    rig, venue = await two_positions()
    await rig.executor.mark([bar(175.25, 0, "NVDA")])
    venue.stuck = frozenset({"NVDA"})
    with pytest.raises(StoreError, match="still cancels"):
        await rig.trade("s3", symbol="NVDA")
    venue.call_off("argo-s1-stop")
    with pytest.raises(StoreError, match="still cancels"):
        await rig.executor.check()
    assert rig.asked()[-1] == "argo-s1-protect-1"


async def test_where_the_books_differ_in_one_symbol_the_others_keep_their_stops() -> None:
    rig, venue = await two_positions()
    venue.call_off("argo-s1-stop")
    venue.forgetful = True
    venue.others_trade("MSFT", "BUY", 5.0, 175.0)
    checked = await rig.executor.check()
    assert [one.symbol for one in checked.differences] == ["MSFT"]
    assert (rig.asked()[-1], checked.unprotected) == ("argo-s1-protect-1", ())


async def test_what_the_venue_refuses_over_and_over_is_asked_for_more_and_more_seldom() -> None:
    """What is less than the venue takes is refused for as long as it is held."""
    rig, venue = await two_positions()
    venue.refusing.add("AAPL")
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    for _ in range(720):
        rig.clock.advance(timedelta(seconds=5))
        await rig.executor.check()
    assert len([name for name in rig.asked() if "halt" in name and name.endswith("MSFT")]) == 1
    # Ten at once, then after 5, 10, 20, 40, 80, 160 and each 320 seconds of an hour.
    assert 25 <= len([name for name in rig.asked() if "-AAPL" in name]) <= 30
    venue.refusing.clear()
    rig.clock.advance(timedelta(seconds=320))
    await rig.executor.check()
    assert await rig.held() == {}


async def test_a_stop_that_is_refused_over_and_over_is_asked_for_more_and_more_seldom() -> None:
    rig, venue = await two_positions()
    venue.call_off("argo-s1-stop")
    venue.refusing.add("AAPL")
    for _ in range(720):
        rig.clock.advance(timedelta(seconds=5))
        checked = await rig.executor.check()
    assert checked.unprotected == ("AAPL",)
    assert 25 <= len([name for name in rig.asked() if "protect" in name]) <= 30
