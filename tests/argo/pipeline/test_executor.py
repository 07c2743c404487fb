"""One executor at work over a real database: any step may be the last one; nothing is lost, nothing doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.adapters.sql import Database, SqlExchangeStore
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.schema import create_schema
from argo_core.errors import StoreError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.matching import Matching
from argo_core.model.bars import Bar
from argo_core.model.execution import Execution, SignalVerdicts
from argo_core.model.inbox import Intake
from argo_core.model.order import Order, OrderIntent
from argo_core.model.trade import Trade
from argo_core.pipeline.drill import drill
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.risk import RegularLimits, SizePolicy, Standing, regular_layers
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_executor import MemoryExecutorStore
from argo_core.testing.memory_halts import MemoryBarWindow, MemoryHalts, MemoryWatchLog
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal

POLICY = ExecutionPolicy(
    executor_id="argo",
    layers=regular_layers(RegularLimits()),
    size=SizePolicy(base_pct=10.0, max_pct=16.0),
    standing=Standing(auto_execute=True),
)
RULES = Matching(CostPolicy(slippage_pct=0.0, fee_pct=0.0))
RULEBOOK = ExecutorRules(watch=RegularLimits().watch())
LATER = MOMENT + timedelta(days=1)


class Dying(SimulatedExchange):
    """The exchange of a process that dies before or after an order reaches it."""

    when = "never"

    async def submit(self, intent: OrderIntent) -> Order:
        if self.when == "before":
            raise StoreError("the process died before the order was placed")
        order = await super().submit(intent)
        if self.when == "after":
            raise StoreError("the process died after the order was placed")
        return order


class Rig:
    """An executor over stores that outlive it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.store = MemoryExecutorStore()
        self.halts, self.watch_log, self.window = MemoryHalts(), MemoryWatchLog(), MemoryBarWindow()
        self.start()

    def start(self, when: str = "never", policy: ExecutionPolicy = POLICY) -> None:
        """A new process."""
        clock = FixedClock(MOMENT)
        self.exchange = Dying(SqlExchangeStore(self._database), RULES, "SIM-1", 100_000.0, clock)
        self.exchange.when = when
        venue = self.exchange
        stores = ExecutorStores(self.store, self.store, self.halts, self.halts, self.watch_log, self.window)
        ids = (f"{number}" for number in count(1))
        self.executor = Executor(policy, RULEBOOK, VenuePorts.of(venue), stores, clock, lambda: next(ids))

    async def post(self, signal_id: str, action: str = "BUY", symbol: str = "AAPL") -> Intake:
        body = signal_body_of(sample_signal(signal_id, action=action, symbol=symbol))
        return (await self.executor.receive(body))[1]

    async def held(self) -> dict[str, float]:
        return {position.symbol: position.quantity for position in (await self.exchange.snapshot()).positions}

    def executions(self) -> list[tuple[str, str, str, float | None]]:
        return [
            (told.signal_id, told.order_id, told.state, told.profit_loss_pct)
            for told in self.store.reported
            if isinstance(told, Execution)
        ]

    def codes(self) -> dict[str, str | None]:
        return {told.signal_id: told.code for told in self.store.reported if isinstance(told, SignalVerdicts)}


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'executor.db'}"
    engine = create_engine(parse_url(url), pool_size=1)
    async with engine.execution_options(argo_writing=True).begin() as connection:
        await connection.run_sync(create_schema)
    await engine.dispose()
    database = await Database.open(url)
    yield Rig(database)
    await database.close()


def bar(low: float, high: float, close: float, days: int = 0, symbol: str = "AAPL") -> Bar:
    start = LATER + timedelta(days=days)
    return Bar(symbol=symbol, timeframe="1d", start=start, open=close, high=high, low=low, close=close, volume=1.0)


async def test_a_signal_becomes_a_position_that_its_target_closes_with_a_profit(rig: Rig) -> None:
    assert await rig.post("s1") is Intake.ACCEPTED
    assert await rig.executor.work() == 1
    assert await rig.held() == {"AAPL": 65.0}  # 10 % × 1.15 of 100,000 at 175.25
    await rig.executor.mark([bar(174.0, 181.0, 180.0)])
    assert await rig.held() == {}
    # 180.25 from 175.25
    assert rig.executions() == [("s1", "SIM-1", "filled", None), ("s1", "SIM-3", "filled", pytest.approx(2.853067))]


async def test_a_denied_signal_orders_nothing_and_says_why(rig: Rig) -> None:
    await rig.post("s1", "SELL", "BTC-USD")
    await rig.executor.work()
    assert (rig.codes(), rig.executions(), await rig.held()) == ({"s1": "short_not_available"}, [], {})


async def test_an_opposite_signal_closes_and_turns_the_position_and_the_first_signal_learns_its_result(
    rig: Rig,
) -> None:
    await rig.post("s1")
    await rig.post("s2", "SELL")
    await rig.executor.work()
    assert await rig.held() == {"AAPL": -65.0}
    assert rig.executions() == [
        ("s1", "SIM-1", "filled", None),
        ("s2", "SIM-4", "filled", None),
        ("s1", "SIM-4", "filled", 0.0),
        ("s2", "SIM-5", "filled", None),
    ]


async def test_the_same_signal_again_is_a_duplicate_and_no_second_order(rig: Rig) -> None:
    await rig.post("s1")
    await rig.executor.work()
    assert await rig.post("s1") is Intake.DUPLICATE
    await rig.executor.work()
    assert await rig.held() == {"AAPL": 65.0}


async def test_an_accepted_signal_is_traded_by_the_next_process(rig: Rig) -> None:
    await rig.post("s1")
    rig.start()
    await rig.executor.recover()
    assert await rig.held() == {"AAPL": 65.0}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_around_an_order_leaves_one_order_and_one_report(rig: Rig, when: str) -> None:
    await rig.post("s1")
    rig.start(when)
    with pytest.raises(StoreError, match=when):
        await rig.executor.work()
    rig.start()
    await rig.executor.recover()
    assert await rig.held() == {"AAPL": 65.0}
    assert rig.executions() == [("s1", "SIM-1", "filled", None)]
    assert rig.codes() == {"s1": None}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_within_a_flip_ends_in_the_turned_position(rig: Rig, when: str) -> None:
    await rig.post("s1")
    await rig.executor.work()
    await rig.post("s2", "SELL")
    rig.start(when)
    with pytest.raises(StoreError, match=when):
        await rig.executor.work()
    rig.start()
    await rig.executor.recover()
    assert await rig.held() == {"AAPL": -65.0}
    assert len(rig.executions()) == 4


async def test_a_restart_keeps_the_result_of_a_position_that_was_opened_before_it(rig: Rig) -> None:
    await rig.post("s1")
    await rig.executor.work()
    rig.start()
    await rig.executor.recover()
    await rig.executor.mark([bar(170.0, 174.0, 173.0)])
    opened, closed = rig.executions()
    assert (opened[1], closed[1]) == ("SIM-1", "SIM-2")
    assert closed[3] == pytest.approx(-1.426534)


async def test_marks_that_move_nothing_report_nothing(rig: Rig) -> None:
    await rig.post("s1")
    await rig.executor.work()
    assert await rig.executor.mark([bar(174.0, 177.0, 176.0)]) == 1
    assert await rig.executor.mark([bar(1.0, 500.0, 176.0)]) == 0
    assert len(rig.executions()) == 1


async def test_an_executor_without_layers_denies_every_signal(rig: Rig) -> None:
    rig.start(policy=ExecutionPolicy("argo", (), POLICY.size, POLICY.standing))
    await rig.post("s1")
    await rig.executor.work()
    assert (rig.codes(), await rig.held()) == ({"s1": "no_layers"}, {})


async def test_the_kill_switch_takes_the_simulated_account_flat_and_measures_it(rig: Rig) -> None:
    await rig.post("s1")
    await rig.executor.work()
    await rig.executor.mark([bar(174.0, 177.0, 176.0)])
    measured = await drill(rig.executor, "ada")
    assert (measured.called_at, measured.last_cancelled_at, measured.flat_at) == (MOMENT, MOMENT, MOMENT)
    account = await rig.exchange.snapshot()
    assert (account.positions, account.open_orders) == ((), ())
    assert [trade.exit for trade in rig.store.trades] == ["flatten"]
    rig.start()
    await rig.executor.recover()
    await rig.post("s2")
    await rig.executor.work()
    assert (rig.codes()["s2"], await rig.held()) == ("halted", {})


async def test_each_finished_trade_is_reported_with_its_costs(rig: Rig) -> None:
    await rig.post("s1")
    await rig.executor.work()
    await rig.executor.mark([bar(174.0, 181.0, 180.0)])
    (trade,) = [told for told in rig.store.reported if isinstance(told, Trade)]
    assert (trade.trade_id, trade.mode, trade.exit) == ("argo-5-s1", "simulated", "target")
    assert (trade.quantity, trade.entry_price, trade.exit_price, trade.fees) == (65.0, 175.25, 180.25, 0.0)


async def test_a_lost_stop_is_replaced_by_an_oco_on_the_simulated_exchange_and_by_nothing_more(rig: Rig) -> None:
    await rig.executor.recover()
    await rig.post("s1")
    await rig.executor.work()
    await rig.exchange.cancel("argo-s1-stop")
    checked = await rig.executor.check()
    resting = [order.intent.client_order_id for order in (await rig.exchange.snapshot()).open_orders]
    assert (checked.unprotected, sorted(resting)) == ((), ["argo-s1-protect-1", "argo-s1-protect-1-stop"])
    before = await rig.exchange.changes(0, 100)
    await rig.executor.check(refresh=True)
    assert await rig.exchange.changes(0, 100) == before
    await rig.executor.mark([bar(170.0, 174.0, 173.0)])
    assert await rig.held() == {}
    assert [trade.exit for trade in rig.store.trades] == ["stop"]
