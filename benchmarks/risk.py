"""Risk beside its limits: one signal through every layer of a prop firm account, ten thousand candidates, one check.

Run: `python -m benchmarks.risk`. The account holds two positions with their stops, the market is 50 symbols (for the
candidates 10,000) of 90 daily bars, a seeded random walk: this measures time, it says nothing about markets. One signal
is `decide_execution`: size, change of position, fourteen verdicts. "First" is the decision right after new bars, when
correlations have to be worked out. Building the context is what new bars cost before any decision.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from argo_core.adapters.rule_packs import load_pack
from argo_core.model.asset import AssetType
from argo_core.model.bars import Bar
from argo_core.model.instant import to_text
from argo_core.model.order import Order, OrderIntent, OrderState, OrderType, Quote
from argo_core.model.position import AccountSnapshot, Position
from argo_core.model.signal import Signal
from argo_core.pipeline.execute import ExecutionPolicy, decide_execution
from argo_core.pipeline.screen_signals import SignalTable, screen_signals
from argo_core.risk import (
    MarketContext,
    RiskPolicy,
    Standing,
    WatchState,
    account_reading,
    advance,
    begin,
    market_context,
)

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
DAYS, FEW, MANY = 90, 50, 10_000
POLICY = RiskPolicy.prop_firm(load_pack("seed-limits"))
EXECUTION = ExecutionPolicy("prop", POLICY.layers, POLICY.size, Standing(auto_execute=True, mode="prop"))


def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    few, many = bars(FEW), bars(MANY)
    held, warm = account(), market_context(few)
    candidates = table(MANY)
    watched = advance(
        begin(account_reading(held, NOW, warm), POLICY.watch), account_reading(held, NOW, warm), POLICY.watch
    )

    def decide(context: MarketContext) -> None:
        decide_execution(signal(), held, QUOTE, EXECUTION, watched, context, NOW)

    def screen(context: MarketContext) -> None:
        screen_signals(candidates, held, EXECUTION, watched, context)

    def check(_: MarketContext) -> None:
        state = msgspec.json.decode(msgspec.json.encode(watched.state), type=WatchState)
        advance(state, account_reading(held, NOW, warm), POLICY.watch)

    def build(_: MarketContext) -> None:
        market_context(few)

    wide = market_context(many)
    rows = [
        ("one signal, all layers, median", median_us(decide, lambda: warm, 2_000), 200.0),
        ("one signal, first after new bars, median", median_us(decide, lambda: market_context(few), 30), None),
        ("one check of the watch, stored and read", median_us(check, lambda: warm, 1_000), None),
        ("context of 50 symbols", median_us(build, lambda: warm, 30), None),
        ("10,000 candidates, median", median_us(screen, lambda: wide, 30), 50_000.0),
        ("10,000 candidates, first after new bars", median_us(screen, lambda: market_context(many), 3), None),
    ]
    print(f"{'measured':44} {'us':>12} {'limit us':>12}")
    for name, measured, limit in rows:
        print(f"{name:44} {measured:12.1f} {'' if limit is None else f'{limit:12.1f}'}")
    return int(any(limit is not None and measured >= limit for _, measured, limit in rows))


def median_us(work: Callable[[MarketContext], None], prepare: Callable[[], MarketContext], times: int) -> float:
    """Median microseconds of one run; the preparation is not counted."""
    spent = []
    for _ in range(times):
        context = prepare()
        begun = time.perf_counter_ns()
        work(context)
        spent.append(time.perf_counter_ns() - begun)
    return float(np.median(spent)) / 1_000.0


def name_of(place: int) -> str:
    return f"S{place:05d}"


def bars(symbols: int) -> list[Bar]:
    """Daily bars that all move a little with each other."""
    random = np.random.default_rng(7)
    moves = random.normal(0.0, 0.01, (DAYS, symbols)) + random.normal(0.0, 0.01, (DAYS, 1))
    closes = 100.0 * np.exp(np.cumsum(moves, axis=0))
    first = datetime(2025, 12, 4, 5, 0, tzinfo=UTC)
    return [
        Bar(
            symbol=name_of(place), timeframe="1Day", start=first + timedelta(days=day), open=close, high=close,
            low=close, close=close, volume=1.0,
        )
        for day, row in enumerate(closes.tolist()) for place, close in enumerate(row)
    ]  # fmt: skip


def account() -> AccountSnapshot:
    """Two positions of three percent each, with their stops."""
    held = [(name_of(place), 30.0, 100.0) for place in (1, 2)]
    return AccountSnapshot(
        account_number="SIM-1", simulated=True, equity=100_000.0, cash=94_000.0, buying_power=94_000.0,
        trading_blocked=False, taken_at=NOW,
        positions=tuple(
            Position(symbol=symbol, quantity=units, average_price=price, market_price=price)
            for symbol, units, price in held
        ),
        open_orders=tuple(
            Order(
                order_id=symbol, state=OrderState.ACCEPTED, updated_at=NOW,
                intent=OrderIntent(
                    client_order_id=f"{symbol}-stop", signal_id=symbol, symbol=symbol, action="SELL", quantity=units,
                    order_type=OrderType.STOP, stop_price=98.5, reduce_only=True,
                ),
            )
            for symbol, units, _ in held
        ),
    )  # fmt: skip


QUOTE = Quote(price=100.0, as_of=NOW)


def signal() -> Signal:
    """A purchase that every layer allows."""
    return Signal(
        signal_id="SIG-1", symbol=name_of(3), action="BUY", entry_price=100.0, target_price=103.0, stop_price=98.5,
        confidence=90.0, strategy="weighted_consensus_v6", timestamp=to_text(NOW), as_of=NOW,
        asset_type=AssetType.EQUITY.value, data_source="replay", regime="BULL", reasoning="",
    )  # fmt: skip


def table(rows: int) -> SignalTable:
    """Candidates of as many symbols, of every confidence."""
    random = np.random.default_rng(8)
    price = random.uniform(20.0, 400.0, rows)
    direction = random.choice(np.array([-1, 1], dtype=np.int8), rows)
    return SignalTable(
        symbols=tuple(name_of(place) for place in range(rows)), asset_types=("equity",) * rows, symbol=np.arange(rows),
        direction=direction, crisis=random.random(rows) < 0.05, confidence=random.uniform(60.0, 100.0, rows),
        entry_price=price, stop_price=price * (1.0 - 0.015 * direction), price=price,
        age_seconds=random.uniform(0.0, 400.0, rows),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
