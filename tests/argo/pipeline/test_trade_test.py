"""A test of the way to the venue passes every layer like any order, and leaves nothing behind."""

from __future__ import annotations

import pytest

from argo_core.errors import ConfigError, DataError
from argo_core.model.halt import HaltCode
from argo_core.model.order import OrderState
from argo_core.pipeline.execution_ports import VenuePorts
from argo_core.pipeline.trade_test import TradeTest
from tests.argo.pipeline.executor_rig import ExecutorRig


def trade_test(rig: ExecutorRig, *, real_money: bool = False) -> TradeTest:
    return TradeTest(rig.executor, VenuePorts.of(rig.venue), rig.window, rig.clock, lambda: "1", real_money=real_money)


@pytest.fixture
async def rig() -> ExecutorRig:
    made = ExecutorRig()
    await made.begin()
    return made


async def test_one_share_goes_there_and_back_and_the_books_still_agree(rig: ExecutorRig) -> None:
    tried = await trade_test(rig).run("AAPL")
    assert (tried.works, [order.state for order in tried.orders]) == (True, [OrderState.FILLED, OrderState.FILLED])
    assert [sum(fill.quantity for fill in order.fills) for order in tried.orders] == [1.0, 1.0]
    assert [verdict.layer for verdict in tried.verdicts[:3]] == ["account_status", "confidence", "position_size"]
    assert (await rig.held(), await rig.open_orders()) == ({}, [])
    checked = await rig.executor.check(refresh=True)
    assert (checked.differences, checked.halt) == ((), None)


async def test_twenty_units_worth_of_a_coin_are_enough(rig: ExecutorRig) -> None:
    await rig.begin(price=8_000.0, symbol="BTC-USD")
    tried = await trade_test(rig).run("BTC-USD")
    assert tried.works
    assert 10.0 < tried.orders[0].fills[0].quantity * 8_000.0 < 60.0


async def test_a_halted_executor_denies_it_and_orders_nothing(rig: ExecutorRig) -> None:
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    tried = await trade_test(rig).run("AAPL")
    assert (tried.works, tried.orders, rig.asked()) == (False, (), [])
    assert tried.verdicts[0].code == "halted"  # type: ignore[union-attr]  # a denial


async def test_an_order_that_the_venue_leaves_waiting_is_called_off(rig: ExecutorRig) -> None:
    rig.venue.patient = True
    tried = await trade_test(rig).run("AAPL")
    assert (tried.works, [order.state for order in tried.orders]) == (False, [OrderState.CANCELLED])
    assert await rig.open_orders() == []


async def test_real_money_is_never_tried_with(rig: ExecutorRig) -> None:
    with pytest.raises(ConfigError, match="real money"):
        await trade_test(rig, real_money=True).run("AAPL")
    assert rig.asked() == []


async def test_a_symbol_without_a_price_is_refused(rig: ExecutorRig) -> None:
    with pytest.raises(DataError, match="no price of TSLA"):
        await trade_test(rig).run("TSLA")


async def test_a_symbol_that_is_held_is_not_mixed_up_with_the_test(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    with pytest.raises(DataError, match="holds AAPL already"):
        await trade_test(rig).run("AAPL")
