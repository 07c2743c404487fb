"""Every position is covered by live stops for its whole quantity within one check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from argo_core.execution.protective_steps import ProtectionRules
from argo_core.model.order import OrderClass, OrderIntent, OrderState, OrderType
from tests.argo.pipeline.executor_rig import RULES, SHARES, ExecutorRig, bar

CRYPTO = "BTC-USD"
LOCAL = replace(RULES, protection=ProtectionRules(local_oco=frozenset({"crypto"})))


@pytest.fixture
async def rig() -> ExecutorRig:
    made = ExecutorRig()
    await made.begin()
    return made


async def covered(rig: ExecutorRig, symbol: str = "AAPL") -> float:
    """How much live stops would close."""
    stops = (OrderType.STOP, OrderType.STOP_LIMIT)
    live = (OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED)
    return sum(
        order.intent.quantity - sum(fill.quantity for fill in order.fills)
        for order in (await rig.venue.snapshot()).open_orders
        if order.intent.symbol == symbol and order.intent.order_type in stops and order.state in live
    )


async def test_a_filled_bracket_needs_nothing_more(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    checked = await rig.executor.check()
    assert (rig.asked(), checked.unprotected, await covered(rig)) == (["argo-s1"], (), SHARES)


def entry_filled_in_part(rig: ExecutorRig) -> float:
    rig.venue.fill("argo-s1", 20.0, 175.25)
    return 20.0


def entry_cancelled_after_a_part(rig: ExecutorRig) -> float:
    rig.venue.fill("argo-s1", 20.0, 175.25)
    rig.venue.call_off("argo-s1")
    return 20.0


def fill_after_the_cancellation(rig: ExecutorRig) -> float:
    rig.venue.call_off("argo-s1")
    rig.venue.fill("argo-s1", 20.0, 175.25)
    return 20.0


def stop_lost(rig: ExecutorRig) -> float:
    rig.venue.fill("argo-s1", SHARES, 175.25)
    rig.venue.lose_leg("argo-s1-stop")
    return SHARES


def both_exits_lost(rig: ExecutorRig) -> float:
    rig.venue.fill("argo-s1", SHARES, 175.25)
    rig.venue.call_off("argo-s1-stop")
    return SHARES


def part_of_the_stop_filled_and_the_rest_lost(rig: ExecutorRig) -> float:
    rig.venue.fill("argo-s1", SHARES, 175.25)
    rig.venue.fill("argo-s1-stop", 15.0, 172.5)
    rig.venue.call_off("argo-s1-stop")
    return SHARES - 15.0


def others_bought_more(rig: ExecutorRig) -> float:
    rig.venue.fill("argo-s1", SHARES, 175.25)
    rig.venue.others_trade("AAPL", "BUY", 5.0, 175.25)
    return SHARES + 5.0


Attack = Callable[[ExecutorRig], float]
ATTACKS: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        entry_filled_in_part, entry_cancelled_after_a_part, fill_after_the_cancellation, stop_lost, both_exits_lost,
        part_of_the_stop_filled_and_the_rest_lost, others_bought_more,
    )
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("restarted", [False, True])
async def test_within_one_check_every_share_has_a_stop_after(rig: ExecutorRig, attack: str, restarted: bool) -> None:
    rig.venue.patient = True
    await rig.trade("s1")
    expected = ATTACKS[attack](rig)
    rig.venue.patient = False
    if restarted:
        rig.start()
        checked = await rig.executor.recover()
    else:
        await rig.executor.check()
    rig.clock.advance(timedelta(seconds=5))
    checked = await rig.executor.check(refresh=True)
    assert (await covered(rig), checked.unprotected) == (expected, ())
    assert sum((await rig.held()).values()) == expected
    asked = rig.asked()
    await rig.executor.check(refresh=True)
    assert rig.asked() == asked == list(dict.fromkeys(asked))


async def test_a_lost_bracket_is_replaced_by_an_oco_at_the_signals_prices(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.venue.call_off("argo-s1-stop")
    await rig.executor.check()
    oco = rig.venue.submitted[-1]
    assert (oco.client_order_id, oco.order_class, oco.order_type, oco.action) == (
        "argo-s1-protect-1", OrderClass.OCO, OrderType.LIMIT, "SELL",
    )  # fmt: skip
    assert (oco.quantity, oco.take_profit_price, oco.stop_loss_price) == (SHARES, 180.25, 172.75)


async def test_where_the_market_is_beyond_the_stop_the_position_is_closed(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.venue.call_off("argo-s1-stop")
    await rig.executor.mark([bar(172.0, 1)])
    assert await rig.held() == {}
    assert [(trade.exit, trade.exit_price) for trade in rig.store.trades] == [("stop", 172.0)]


async def test_a_venue_that_refuses_every_stop_is_told_to_a_person_and_the_position_closed_in_the_end(
    rig: ExecutorRig,
) -> None:
    await rig.trade("s1")
    rig.venue.call_off("argo-s1-stop")
    rig.venue.refusing.add("AAPL")
    checked = await rig.executor.check()
    assert checked.unprotected == ("AAPL",)
    assert not rig.notifier.matters["argo-unprotected"].resolved
    rig.venue.refusing.clear()
    await rig.executor.check()
    assert await rig.held() == {}
    assert rig.venue.submitted[-1].order_type is OrderType.MARKET
    assert rig.notifier.matters["argo-unprotected"].resolved


async def test_a_position_of_others_gets_a_stop_off_the_market(rig: ExecutorRig) -> None:
    rig.venue.others_trade("AAPL", "BUY", 5.0, 150.0)
    await rig.executor.check()
    stop = rig.venue.submitted[-1]
    assert (stop.client_order_id, stop.order_type, stop.stop_price, stop.quantity) == (
        "argo-external-AAPL-protect-1", OrderType.STOP, 171.75, 5.0,
    )  # fmt: skip


async def test_a_leg_that_waits_for_its_entry_counts_for_nothing(rig: ExecutorRig) -> None:
    rig.venue.patient = True
    await rig.trade("s1")
    rig.venue.fill("argo-s1", 20.0, 175.25)
    checked = await rig.executor.check()
    assert checked.unprotected == ("AAPL",)


async def test_an_entry_that_fills_on_in_time_keeps_its_bracket(rig: ExecutorRig) -> None:
    rig.venue.patient = True
    await rig.trade("s1")
    rig.venue.fill("argo-s1", 20.0, 175.25)
    await rig.executor.check()
    rig.clock.advance(timedelta(seconds=4))
    rig.venue.fill("argo-s1", SHARES - 20.0, 175.25)
    checked = await rig.executor.check()
    assert (rig.asked(), checked.unprotected) == (["argo-s1"], ())


async def test_while_halted_by_the_days_loss_positions_are_still_protected(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    await rig.executor.mark([bar(70.0, 5)])
    assert rig.executor.standing is not None
    rig.venue.call_off("argo-s1-stop")
    await rig.executor.check()
    assert rig.state("argo-s1-protect-1") is OrderState.FILLED  # beyond its stop: closed


async def local() -> ExecutorRig:
    made = ExecutorRig(rules=LOCAL)
    await made.begin(symbol=CRYPTO)
    await made.trade("s1", symbol=CRYPTO)
    await made.executor.check()
    return made


async def test_where_the_venue_knows_no_bracket_the_entry_is_plain_and_a_stop_limit_rests() -> None:
    rig = await local()
    entry, stop = rig.venue.submitted
    assert (entry.order_class, entry.client_order_id) == (OrderClass.SIMPLE, "argo-s1")
    assert (stop.order_type, stop.stop_price, stop.limit_price, stop.reduce_only) == (
        OrderType.STOP_LIMIT, 172.75, 171.02, True,
    )  # fmt: skip
    assert await covered(rig, CRYPTO) == (await rig.held())[CRYPTO]


async def test_the_local_target_cancels_the_stop_waits_and_sells() -> None:
    rig = await local()
    await rig.executor.mark([bar(180.5, 1, CRYPTO)])
    assert (rig.asked()[-1], await rig.held(), await rig.open_orders()) == ("argo-s1-target", {}, [])
    assert [(trade.exit, trade.exit_price) for trade in rig.store.trades] == [("target", 180.5)]


async def test_below_the_local_target_nothing_is_sold() -> None:
    rig = await local()
    await rig.executor.mark([bar(180.0, 1, CRYPTO)])
    assert rig.asked() == ["argo-s1", "argo-s1-protect-1"]


async def test_a_crash_between_the_cancelled_stop_and_the_sale_is_mended_by_the_next_check() -> None:
    rig = await local()
    rig.venue.call_off("argo-s1-protect-1")
    rig.start()
    await rig.executor.recover()
    assert rig.state("argo-s1-protect-2") is OrderState.ACCEPTED
    assert await covered(rig, CRYPTO) == (await rig.held())[CRYPTO]


async def test_a_sale_at_the_local_target_that_was_called_off_is_asked_for_again() -> None:
    rig = await local()
    rig.venue.patient = True
    await rig.executor.mark([bar(180.5, 1, CRYPTO)])
    rig.venue.lose_leg("argo-s1-target")
    rig.venue.patient = False
    await rig.executor.check()
    assert (rig.asked()[-1], await rig.held()) == ("argo-s1-target-2", {})
    assert rig.store.trades[0].exit == "target"


async def test_a_stop_limit_that_the_market_has_run_through_is_followed_by_a_sale() -> None:
    rig = await local()
    await rig.executor.mark([bar(172.0, 1, CRYPTO)])
    assert rig.asked() == ["argo-s1", "argo-s1-protect-1"]  # between stop and limit: it fills if anything does
    await rig.executor.mark([bar(160.0, 2, CRYPTO)])
    assert (rig.asked()[-1], await rig.held()) == ("argo-s1-protect-2", {})
    assert rig.state("argo-s1-protect-1") is OrderState.CANCELLED
    assert [(trade.exit, trade.exit_price) for trade in rig.store.trades] == [("stop", 160.0)]


async def test_a_coin_of_a_thousandth_of_a_cent_has_a_stop_below_it_and_a_limit_below_that() -> None:
    rig = ExecutorRig(rules=LOCAL)
    await rig.begin(0.0000089, "SHIB-USD")
    rig.venue.others_trade("SHIB-USD", "BUY", 1_000_000.0, 0.0000089)
    await rig.executor.check()
    stop = rig.venue.submitted[-1]
    assert (stop.order_type, stop.stop_price, stop.limit_price) == (OrderType.STOP_LIMIT, 8.722e-06, 8.6348e-06)


async def others_hold(rig: ExecutorRig, quantity: float, **order: Any) -> None:
    """Five shares of theirs, and an order of theirs against them."""
    rig.venue.others_trade("AAPL", "BUY", 5.0, 175.0)
    await rig.venue.refresh()
    wanted = OrderIntent(
        client_order_id="theirs", signal_id="external", symbol="AAPL", action="SELL", quantity=quantity, **order
    )
    await rig.venue.submit(wanted)


async def test_a_stop_of_others_over_what_they_bought_is_a_stop(rig: ExecutorRig) -> None:
    await others_hold(rig, 5.0, order_type=OrderType.STOP, stop_price=150.0)
    checked = await rig.executor.check()
    assert (rig.asked(), checked.unprotected) == (["theirs"], ())


async def test_what_an_order_of_others_holds_without_a_stop_is_told_and_not_sold(rig: ExecutorRig) -> None:
    await others_hold(rig, 3.0, order_type=OrderType.LIMIT, limit_price=200.0)
    checked = await rig.executor.check()
    stop = rig.venue.submitted[-1]
    assert (stop.client_order_id, stop.quantity) == ("argo-external-AAPL-protect-1", 2.0)
    assert (checked.unprotected, rig.state("theirs")) == (("AAPL",), OrderState.ACCEPTED)


async def test_a_stop_of_others_covers_nothing_of_a_signal_s(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.venue.call_off("argo-s1-stop")
    await others_hold(rig, 5.0, order_type=OrderType.STOP, stop_price=150.0)
    await rig.executor.check()
    assert "argo-s1-protect-1" in rig.asked()
