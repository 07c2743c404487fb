"""One account on the simulated exchange through a random market: real executor, memory stores, everything by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.execution.matching import Matching
from argo_core.ledger import SCHEME, signal_hash
from argo_core.model.bars import Bar
from argo_core.model.execution import FLATTEN, SignalVerdicts
from argo_core.model.halt import Halt, HaltCode
from argo_core.model.order import OrderIntent
from argo_core.model.position import Position
from argo_core.model.signal import SealedSignal
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.pipeline.minding import Checked
from argo_core.risk import FlattenCost, MarketContext, RiskPolicy, Standing, Watched, market_context
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from argo_core.testing.memory_executor import MemoryExecutorStore
from argo_core.testing.memory_halts import MemoryBarWindow, MemoryHalts, MemoryWatchLog
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import sample_signal

SYMBOLS = ("AAPL", "TSLA", "SPY", "BTC-USD")
GROUPS = {"AAPL": "tech", "TSLA": "tech", "SPY": "index", "BTC-USD": "coin"}
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
CAPITAL = 100_000.0
WARM = 32
COSTS = CostPolicy(slippage_pct=0.05, fee_pct=0.1, spread_pct=0.05)


@dataclass(frozen=True)
class Crossing:
    """Equity at or below the floor for the first time, by what a bar did to the positions that were held before it."""

    equity: float
    floor: float
    beyond_model: float
    breached: bool
    step: int


@dataclass
class Told:
    """What a path has shown."""

    crossings: list[Crossing] = field(default_factory=list)
    breaches: set[str] = field(default_factory=set)
    halts: set[str] = field(default_factory=set)
    denials: set[str] = field(default_factory=set)
    first_denials: set[tuple[str, ...]] = field(default_factory=set)
    entries: int = 0
    flattened: int = 0
    restarts: int = 0
    faults: list[str] = field(default_factory=list)


class RiskPath:
    """`walk` goes through so many half hours: market, checks, signals, restarts."""

    def __init__(self, policy: RiskPolicy, seed: int, exchange: ExchangePolicy | None = None) -> None:
        self.policy, self.seed, self._random = policy, seed, random.Random(f"risk path {seed}")
        self._unkind = exchange is not None
        self._matching = Matching(COSTS, ExchangePolicy() if exchange is None else exchange)
        self.clock = FixedClock(BEGIN)
        self._exchange_store, self.store, self.halts = MemoryExchangeStore(), MemoryExecutorStore(), MemoryHalts()
        self._watch, self._window = MemoryWatchLog(), MemoryBarWindow()
        self._numbers: Iterator[int] = count(1)
        self.told, self._prices = Told(), dict.fromkeys(SYMBOLS, 100.0)
        self._volatility = self._random.choice((0.001, 0.003, 0.008))
        self._alike = self._random.choice((0.5, 0.97))
        self._noted, self._known, self._equities = 0, set[str](), dict[str, float]()
        self._start()

    def _start(self) -> None:
        self.exchange = SimulatedExchange(self._exchange_store, self._matching, "SIM-1", CAPITAL, self.clock)
        stores = ExecutorStores(self.store, self.store, self.halts, self.halts, self._watch, self._window)
        policy = ExecutionPolicy("argo", self.policy.layers, self.policy.size, Standing(auto_execute=True))
        rules = ExecutorRules(watch=self.policy.watch, groups=GROUPS)
        self.executor = Executor(
            policy, rules, VenuePorts.of(self.exchange), stores, self.clock, lambda: str(next(self._numbers))
        )

    async def walk(self, steps: int) -> Told:
        """What it showed; `faults` names every rule that did not hold."""
        await self.executor.recover()
        await self.executor.mark([bar for number in range(WARM) for bar in self._bars(number, quiet=True)])
        for number in range(WARM, WARM + steps):
            self.clock.advance(timedelta(seconds=30))
            await self._market(number)
            await self._operator()
            await self._signal(number)
            if self._random.random() < 0.08:
                await self._restart()
        await self._orders_have_reasons()
        return self.told

    async def _market(self, number: int) -> None:
        before, watched = await self.executor.account(), await self.executor.watched()
        bars, window = self._bars(number), await self._window.load()
        await self.executor.mark(bars)
        # Only a crossing needs the context of before it, which takes longer than all the rest of a step.
        await self._looked(
            watched, number,
            lambda: beyond_model(before.positions, bars, market_context(window, GROUPS), watched.rules.cost),
        )  # fmt: skip
        await self._checked(await self.executor.check())

    async def _operator(self) -> None:
        """Now and then somebody throws the kill switch, and lets the account trade again where nothing else stands."""
        standing, state = self.executor.standing, (await self.executor.watched()).state
        if standing is None and self._random.random() < 0.015:
            await self.executor.halt(HaltCode.OPERATOR, "scripted", "ada")
            await self._checked(await self.executor.check())
        only_ours = state.breached is None and state.stopped_until is None
        if standing is not None and standing.code is HaltCode.OPERATOR and only_ours and self._random.random() < 0.3:
            await self.executor.resume("scripted", "ada")

    async def _signal(self, number: int) -> None:
        if self._random.random() < 0.45:
            return
        before, watched = await self.exchange.snapshot(), await self.executor.watched()
        sealed, halted = self._made_up(number), self.executor.standing
        self._equities[sealed.signal.signal_id] = before.equity
        await self.executor.receive(signal_body_of(sealed))
        if self._random.random() < 0.05:
            await self._restart()
        else:
            await self.executor.work()
        await self._sized()
        if halted is not None and self.store.verdicts[sealed.signal.signal_id].code is None:
            self.told.faults.append(f"{sealed.signal.signal_id} was allowed under {halted.halt_id}")
        await self._looked(watched, number, lambda: 0.0)
        await self._checked(await self.executor.check(refresh=True))

    async def _restart(self) -> None:
        self.told.restarts += 1
        standing = self.executor.standing
        self._start()
        await self.executor.recover()
        if standing is not None and self.executor.standing != standing:
            self.told.faults.append(f"a restart lifted {standing.halt_id}")

    async def _looked(self, before: Watched, step: int, beyond: Callable[[], float]) -> None:
        """Equity against the floors of now, after whatever the executor did about them."""
        if not before.rules.flatten or before.state.breached is not None or self.told.crossings:
            return
        now = await self.executor.watched()
        if now.state.equity <= now.nearest.equity:
            breached = now.state.breached is not None and self.executor.standing is not None
            self.told.crossings.append(Crossing(now.state.equity, now.nearest.equity, beyond(), breached, step))

    async def _checked(self, checked: Checked) -> None:
        state, account = checked.watched.state, await self.exchange.snapshot()
        if state.breached is not None:
            self.told.breaches.add(state.breached)
            if checked.halt is None:
                self.told.faults.append("a breach without a halt")
            if checked.watched.rules.flatten and not self._unkind and (account.positions or account.open_orders):
                self.told.faults.append("not flat one check after a breach")
        if checked.differences:
            self.told.faults.append(f"books differ: {checked.differences}")
        if checked.unprotected and not self._unkind and not checked.flattening:
            self.told.faults.append(f"unprotected: {checked.unprotected}")

    async def _sized(self) -> None:
        """What was just ordered stays within its cap of the equity at the decision."""
        for intent in await self._new_intents():
            if intent.reduce_only or intent.decided_on is None or intent.client_order_id in self._known:
                continue
            self._known.add(intent.client_order_id)
            self.told.entries += 1
            price, cap = intent.decided_on.price, self.policy.size.max_pct / 100.0 * self._equities[intent.signal_id]
            if intent.quantity * price > cap * (1.0 + 1e-9):
                self.told.faults.append(f"{intent.client_order_id} is larger than its cap")
            if self.executor.standing is not None and self.executor.standing.at < self.clock.now():
                self.told.faults.append(f"{intent.client_order_id} left under a halt")

    async def _new_intents(self) -> list[OrderIntent]:
        changes = await self.exchange.changes(self._noted, 1_000)
        self._noted += len(changes)
        return list({one.change.order.intent.client_order_id: one.change.order.intent for one in changes}.values())

    async def _orders_have_reasons(self) -> None:
        """Entries and closings an all-allow record, flatten orders a halt."""
        self._noted = 0
        stood = [one for one in await self.halts.history(10_000) if isinstance(one, Halt)]
        halts, self.told.halts = [one.halt_id for one in stood], {one.code.value for one in stood}
        flattened = {one.halt_id for one in await self.halts.flattenings(10_000)}
        for intent in await self._all_intents():
            name = intent.client_order_id
            if intent.signal_id == FLATTEN:
                self.told.flattened += 1
                if not any(name.startswith(f"{halt}-") and halt in flattened for halt in halts):
                    self.told.faults.append(f"{name} was not asked for by a halt")
            elif not all_allowed(self.store.verdicts.get(intent.signal_id)):
                self.told.faults.append(f"{name} left although a layer denied it")
        for verdicts in self.store.verdicts.values():
            codes = tuple(one.code for one in verdicts.verdicts if hasattr(one, "code"))
            self.told.denials.update(codes)
            if codes:
                self.told.first_denials.add(codes)

    async def _all_intents(self) -> list[OrderIntent]:
        found: list[OrderIntent] = []
        while some := await self._new_intents():
            found += some
        return found

    def _made_up(self, number: int) -> SealedSignal:
        rng, symbol = self._random, self._random.choice(SYMBOLS)
        action = rng.choice(("BUY", "BUY", "SELL"))
        side, price = (1.0 if action == "BUY" else -1.0), round(self._prices[symbol], 2)
        width = rng.choice((0.004, 0.01, 0.014, 0.025)) * price
        sealed = sample_signal(
            f"SIG-{number}-{symbol}", symbol=symbol, action=action, at=self.clock.now(),
            confidence=float(rng.randint(70, 99)), regime=rng.choice(("BULL", "BEAR", "CRISIS", "CHOP", "BULL")),
        )  # fmt: skip
        plain = msgspec.structs.replace(
            sealed.signal, entry_price=price, as_of=BEGIN + number * HALF_HOUR,
            stop_price=None if rng.random() < 0.05 else round(price - side * width, 2),
            target_price=round(price + side * 2.0 * width, 2),
        )  # fmt: skip
        return SealedSignal(signal=plain, scheme=SCHEME, verification_hash=signal_hash(plain.hashed_fields()))

    def _bars(self, number: int, *, quiet: bool = False) -> list[Bar]:
        together = self._random.gauss(0.0, 1.0)
        return [self._bar(symbol, number, together, quiet=quiet) for symbol in SYMBOLS]

    def _bar(self, symbol: str, number: int, together: float, *, quiet: bool) -> Bar:
        rng, last, width = self._random, self._prices[symbol], self._volatility
        gap = 0.0 if quiet or rng.random() > 0.04 else rng.choice((-1, -1, 1)) * rng.uniform(0.01, 0.15)
        opened = max(last * (1.0 + gap), 1.0)
        own = (1.0 - self._alike**2) ** 0.5 * rng.gauss(0.0, 1.0)
        move = width * (self._alike * together + own) - (0.0 if quiet else 0.3 * width)
        close = max(opened * (1.0 + max(min(move, 0.3), -0.3)), 1.0)
        reach = abs(rng.gauss(0.0, width / 2.0))
        self._prices[symbol] = close
        return Bar(
            symbol=symbol, timeframe="30Min", start=BEGIN + number * HALF_HOUR, open=opened, close=close,
            high=max(opened, close) * (1.0 + reach), low=min(opened, close) * (1.0 - reach), volume=rng.uniform(0, 4e3),
        )  # fmt: skip


def beyond_model(held: tuple[Position, ...], bars: list[Bar], context: MarketContext, cost: FlattenCost) -> float:
    """By how much money the bars went against the positions, at their worst, beyond the move until the next check that
    the rules allow for; at most 0 where they did not. Worked out here, not by the watch."""
    beyond = 0.0
    for position in held:
        bar = next(one for one in bars if one.symbol == position.symbol)
        extreme = bar.low if position.quantity > 0 else bar.high
        deviation = context.move_pct(position.symbol, cost.check_seconds) or 0.0
        allowed = max(cost.adverse_pct, cost.adverse_sigmas * deviation) / 100.0
        beyond += position.quantity * (position.market_price - extreme)
        beyond -= abs(position.quantity * position.market_price) * allowed
    return beyond


def all_allowed(verdicts: SignalVerdicts | None) -> bool:
    """True where every layer was asked and none denied."""
    return verdicts is not None and verdicts.code is None and bool(verdicts.verdicts)
