"""A proposal that every layer allows; tests change the one thing they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from argo_core.model.bars import Bar
from argo_core.model.order import Order, OrderIntent, OrderState, OrderType, Quote
from argo_core.model.position import AccountSnapshot, Position
from argo_core.model.signal import Signal
from argo_core.risk import (
    NO_CONTEXT,
    AccountReading,
    MarketContext,
    Proposal,
    RegularLimits,
    Standing,
    Watched,
    WatchRules,
    WatchState,
    advance,
    begin,
    market_context,
)
from argo_core.testing.sample_cycles import MOMENT, sample_signal

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)  # noon in New York


def signal(**changes: object) -> Signal:
    """AAPL, BUY at 175.25, stop 172.75 (1.43 %), confidence 82.5, BULL."""
    return msgspec.structs.replace(sample_signal("s1").signal, **changes)


def account(**changes: object) -> AccountSnapshot:
    """A flat simulated account of 100,000."""
    flat = AccountSnapshot(
        account_number="SIM-1", simulated=True, equity=100_000.0, cash=100_000.0, buying_power=100_000.0,
        trading_blocked=False, taken_at=MOMENT, positions=(), open_orders=(),
    )  # fmt: skip
    return msgspec.structs.replace(flat, **changes)


def holding(symbol: str, quantity: float, price: float = 100.0) -> Position:
    """A position at its average price."""
    return Position(symbol=symbol, quantity=quantity, average_price=price, market_price=price)


def stop_order(
    symbol: str, quantity: float, price: float, action: str = "SELL", state: OrderState = OrderState.ACCEPTED
) -> Order:
    """A live stop that reduces."""
    intent = OrderIntent(
        client_order_id=f"{symbol}-{price}-stop", signal_id="s", symbol=symbol, action=action, quantity=quantity,
        order_type=OrderType.STOP, stop_price=price, reduce_only=True,
    )  # fmt: skip
    return Order(order_id=intent.client_order_id, intent=intent, state=state, updated_at=MOMENT)


def entry_order(symbol: str, quantity: float, price: float, stop: float | None, action: str = "BUY") -> Order:
    """An entry that is not filled yet."""
    intent = OrderIntent(
        client_order_id=f"{symbol}-entry", signal_id="s", symbol=symbol, action=action, quantity=quantity,
        stop_loss_price=stop, decided_on=Quote(price=price, as_of=MOMENT),
    )  # fmt: skip
    return Order(order_id=intent.client_order_id, intent=intent, state=OrderState.ACCEPTED, updated_at=MOMENT)


def reading(equity: float = 100_000.0, at: datetime = NOON, *positions: Position, **changes: object) -> AccountReading:
    """An account with this equity."""
    plain = AccountReading(market_time=at, equity=equity, cash=equity, positions=positions)
    return msgspec.structs.replace(plain, **changes)


def watched(equity: float = 100_000.0, rules: WatchRules | None = None, **state: object) -> Watched:
    """What the watch says of an account that began the day with 100,000 and has this equity now."""
    kept = RegularLimits().watch() if rules is None else rules
    begun: WatchState = msgspec.structs.replace(begin(reading(), kept), **state)
    return advance(begun, reading(equity), kept)


def context(closes: Mapping[str, Sequence[float]], groups: Mapping[str, str] | None = None) -> MarketContext:
    """Daily bars with these closes, the last of each on the same day."""
    return market_context([bar for symbol, each in closes.items() for bar in daily_bars(symbol, each)], groups)


def daily_bars(symbol: str, closes: Sequence[float], timeframe: str = "1Day") -> list[Bar]:
    """One bar per day up to the third of March."""
    last = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
    return [
        Bar(
            symbol=symbol, timeframe=timeframe, start=last - timedelta(days=len(closes) - 1 - place), open=close,
            high=close, low=close, close=close, volume=1.0,
        )
        for place, close in enumerate(closes)
    ]  # fmt: skip


def walk(seed: int, like: Sequence[float] | None = None, noise: float = 1.0, days: int = 90) -> list[float]:
    """A seeded random walk of closes; `like` another with so much noise of its own."""
    moves = np.random.default_rng(seed).normal(0.0, 0.01, days) * noise
    if like is not None:
        moves[1:] += np.diff(np.log(np.array(like)))
    return [float(close) for close in 100.0 * np.exp(np.cumsum(moves))]


def proposal(**changes: object) -> Proposal:
    """Ten shares at 100 dollars: one percent of equity."""
    allowed = Proposal(
        signal=signal(), account=account(), standing=Standing(auto_execute=True), price=100.0, age_seconds=0.5,
        held=0.0, closing=0.0, opening=10.0, watched=watched(), context=NO_CONTEXT,
    )  # fmt: skip
    return msgspec.structs.replace(allowed, **changes)
