"""An entry that is decided and not placed yet counts for the next decision as though it rested at the venue."""

from __future__ import annotations

import pytest

from argo_core.errors import StoreError
from argo_core.execution.waiting_entries import with_waiting
from argo_core.model.order import OrderIntent, Quote
from argo_core.model.verdict import Denied
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.pipeline.executor_rig import SHARES, ExecutorRig
from tests.argo.pipeline.test_one_symbol_fails import StuckVenue


def codes(rig: ExecutorRig, signal_id: str) -> list[str]:
    return [verdict.code for verdict in rig.store.verdicts[signal_id].verdicts if isinstance(verdict, Denied)]


async def test_an_entry_that_the_venue_did_not_take_yet_is_not_bought_a_second_time() -> None:
    rig = ExecutorRig()
    rig.venue = venue = StuckVenue(100_000.0, rig.clock.now)
    rig.start()
    await rig.begin()
    venue.stuck = frozenset({"AAPL"})
    with pytest.raises(StoreError, match="still cancels"):
        await rig.trade("s1")
    await rig.trade("s2")
    assert codes(rig, "s2") == ["position_too_large"]
    venue.stuck = frozenset()
    await rig.executor.check()
    assert await rig.held() == {"AAPL": SHARES}


async def test_a_second_signal_while_a_position_is_turned_does_not_double_the_other_side() -> None:
    rig = ExecutorRig()
    await rig.begin()
    await rig.trade("s1")
    rig.venue.patient = True
    await rig.trade("s2", "SELL")
    await rig.trade("s3", "SELL")
    assert codes(rig, "s3") == ["position_too_large"]
    rig.venue.patient = False
    rig.venue.fill("argo-s2-close", SHARES, 175.25)
    await rig.executor.check()
    assert await rig.held() == {"AAPL": -SHARES}


async def test_what_waits_takes_buying_power_once() -> None:
    rig = ExecutorRig()
    await rig.begin()
    account = await rig.executor.account()
    waiting = OrderIntent(
        client_order_id="argo-s9", signal_id="s9", symbol="MSFT", action="BUY", quantity=10.0,
        decided_on=Quote(price=300.0, as_of=MOMENT),
    )  # fmt: skip
    counted = with_waiting(account, [waiting])
    assert (counted.buying_power, [one.intent for one in counted.open_orders]) == (97_000.0, [waiting])
    assert with_waiting(counted, [waiting]) == counted
