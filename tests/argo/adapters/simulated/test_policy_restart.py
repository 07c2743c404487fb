"""What an unkind exchange has half done outlives its process: a restart at any step changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.adapters.sql import Database, SqlExchangeStore
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy, TradingHalt
from argo_core.execution.matching import Matching
from argo_core.model.order import OrderIntent
from argo_core.model.order_change import NumberedChange
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from tests.argo.execution.exchange_rig import DAY, NOW, bar, market, oco, stop_limit

THIN = ExchangePolicy(
    volume_pct=10.0,
    halts=(TradingHalt(symbol="AAPL", begins=NOW + 4 * DAY, ends=NOW + 5 * DAY),),
    reject_pct=10.0,
    seed=3,
)
RULES = Matching(CostPolicy(slippage_pct=0.05, fee_pct=0.1, spread_pct=0.02), THIN)


def opened(database: Database) -> SimulatedExchange:
    return SimulatedExchange(SqlExchangeStore(database), RULES, "SIM-1", 10_000.0, FixedClock(NOW))


async def lived(exchange: SimulatedExchange, database: Database | None) -> tuple[NumberedChange, ...]:
    """A week of partial fills, a halt and exits; with a database, a new process before each step."""
    orders: dict[int, OrderIntent] = {
        0: market("a", "BUY", 6.0, target=110.0, stop=95.0),
        2: market("b", "BUY", 3.0),
        3: oco("b-protect-1", "SELL", 3.0, 108.0, 92.0),
        5: stop_limit("s", "SELL", 2.0, stop=97.0, limit=96.0),
    }
    for day, volume in enumerate((40.0, 15.0, 30.0, 500.0, 500.0, 20.0, 25.0, 900.0)):
        exchange = exchange if database is None else opened(database)
        await exchange.mark([bar(day, 96.0 - day, 101.0 + day / 2, 100.0 - day / 2, 99.0, volume=volume)])
        exchange = exchange if database is None else opened(database)
        if day in orders:
            await exchange.submit(orders[day])
        await exchange.snapshot()
    return await exchange.changes(0, 1_000)


async def test_a_restart_before_every_step_changes_nothing(database: Database) -> None:
    once = SimulatedExchange(MemoryExchangeStore(), RULES, "SIM-1", 10_000.0, FixedClock(NOW))
    whole = await lived(once, None)
    assert await lived(opened(database), database) == whole
    states = {numbered.change.order.state.value for numbered in whole}
    assert states >= {"held", "partially_filled", "accepted", "filled", "cancelled"}


async def test_the_legs_of_a_half_filled_entry_are_told_as_waiting(database: Database) -> None:
    exchange = opened(database)
    await exchange.mark([bar(0, 100.0, 100.0, 100.0, volume=40.0)])
    await exchange.submit(market("a", "BUY", 6.0, target=110.0, stop=95.0))
    told = {one.intent.client_order_id: one.state.value for one in (await opened(database).snapshot()).open_orders}
    assert told == {"a": "partially_filled", "a-stop": "held", "a-target": "held"}


@pytest.mark.parametrize("minutes", [0, 30])
async def test_the_seed_and_the_id_alone_decide_whom_the_exchange_refuses(minutes: int, database: Database) -> None:
    strict = Matching(CostPolicy(), ExchangePolicy(reject_pct=50.0, seed=11))
    clock = FixedClock(NOW + timedelta(minutes=minutes))
    exchange = SimulatedExchange(SqlExchangeStore(database), strict, "SIM-1", 10_000.0, clock)
    refused = [n for n in range(8) if (await exchange.submit(market(f"o{n}", "BUY", 1.0))).state.value == "rejected"]
    assert refused == [1, 4, 5, 7]
