"""An executor over a venue under the test's control and stores that outlive its process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import msgspec

from argo_core.model.bars import Bar
from argo_core.model.execution import SignalVerdicts
from argo_core.model.halt import HaltCode
from argo_core.model.order import OrderState
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.risk import RegularLimits, SizePolicy, Standing, regular_layers
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_executor import MemoryExecutorStore
from argo_core.testing.memory_halts import MemoryBarWindow, MemoryHalts, MemoryWatchLog
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.memory_venue import MemoryVenue
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal

LIMITS = RegularLimits()
POLICY = ExecutionPolicy(
    executor_id="argo",
    layers=regular_layers(LIMITS),
    size=SizePolicy(base_pct=10.0, max_pct=16.0),
    standing=Standing(auto_execute=True),
)
RULES = ExecutorRules(watch=LIMITS.watch())
# 10 % x 1.15 of 100,000 at 175.25; the signal's stop is 172.75, its target 180.25.
SHARES = 65.0


def bar(price: float, minutes: int, symbol: str = "AAPL") -> Bar:
    """A flat bar so many minutes after the moment of the signals."""
    return Bar(
        symbol=symbol, timeframe="1Min", start=MOMENT + timedelta(minutes=minutes), open=price, high=price, low=price,
        close=price, volume=1.0,
    )  # fmt: skip


def _numbers() -> Iterator[int]:
    return count(1)


class ExecutorRig:
    """`start` is a new process over the same venue and stores."""

    def __init__(
        self, policy: ExecutionPolicy = POLICY, rules: ExecutorRules = RULES, *, simulated: bool = True
    ) -> None:
        self.clock = FixedClock(MOMENT)
        self.venue = MemoryVenue(100_000.0, self.clock.now, simulated=simulated)
        self.store, self.halts = MemoryExecutorStore(), MemoryHalts()
        self.watch_log, self.window, self.notifier = MemoryWatchLog(), MemoryBarWindow(), MemoryNotifier()
        self.policy, self.rules, self._ids = policy, rules, _numbers()
        self.start()

    def start(self) -> None:
        stores = ExecutorStores(self.store, self.store, self.halts, self.halts, self.watch_log, self.window)
        venue = VenuePorts.of(self.venue)
        self.executor = Executor(
            self.policy, self.rules, venue, stores, self.clock, lambda: str(next(self._ids)), self.notifier
        )

    async def begin(self, price: float = 175.25, symbol: str = "AAPL") -> None:
        """Recovered, with one bar of the market."""
        await self.executor.recover()
        await self.executor.mark([bar(price, 0, symbol)])

    async def trade(self, signal_id: str, action: str = "BUY", symbol: str = "AAPL") -> None:
        """A signal, received and worked off."""
        await self.executor.receive(signal_body_of(sample_signal(signal_id, action=action, symbol=symbol)))
        await self.executor.work()

    async def held(self) -> dict[str, float]:
        return {one.symbol: one.quantity for one in (await self.venue.snapshot()).positions}

    async def open_orders(self) -> list[str]:
        return [order.intent.client_order_id for order in (await self.venue.snapshot()).open_orders]

    def code_of(self, signal_id: str) -> str | None:
        return self.store.verdicts[signal_id].code

    def verdicts(self) -> list[SignalVerdicts]:
        return list(self.store.verdicts.values())

    def asked(self) -> list[str]:
        """The ids of all orders that were ever submitted, in order."""
        return [intent.client_order_id for intent in self.venue.submitted]

    def halted(self) -> HaltCode | None:
        """The code of the halt that stands."""
        halt = self.executor.standing
        return None if halt is None else halt.code

    def state(self, client_order_id: str) -> OrderState:
        return self.venue.state_of(client_order_id)


def with_mode(mode: str) -> ExecutionPolicy:
    """The policy for another kind of account."""
    standing = msgspec.structs.replace(POLICY.standing, mode=mode)
    return ExecutionPolicy(POLICY.executor_id, POLICY.layers, POLICY.size, standing)
