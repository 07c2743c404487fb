"""How one executor stands, as a value that pages show and others read. Pure."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from argo_core.model.halt import Halt
from argo_core.model.order import Order, OrderType
from argo_core.model.position import AccountSnapshot
from argo_core.ports.executor_reader import ExecutorCounts
from argo_core.risk import Floor, Meter, Watched, WatchLevel, live_stops


class ExecutorState(enum.StrEnum):
    """The first that holds: `HALTED`; `RECOVERING`, what an earlier process began is not finished; `UNRECONCILED`, our
    books and the venue's differ or the last look failed; `WATCHING`, signals are judged and nothing is ordered
    (auto_execute is off); `TRADING`."""

    HALTED = "HALTED"
    RECOVERING = "RECOVERING"
    UNRECONCILED = "UNRECONCILED"
    WATCHING = "WATCHING"
    TRADING = "TRADING"


class HeldPosition(msgspec.Struct, frozen=True, kw_only=True):
    """A position with what protects it, money in quote currency. `stop_price` is None where live stops do not cover the
    whole of it, `target_price` where none rests. `quantity` is signed."""

    symbol: str
    quantity: float
    average_price: float
    market_price: float
    worth: float
    gain: float
    stop_price: float | None
    target_price: float | None


class RiskStanding(msgspec.Struct, frozen=True, kw_only=True):
    """The account against its limits, money in quote currency. `floor` is the nearest of `floors`; `headroom` is equity
    above it, now or after the coming anchor. `size_factor` scales new risk, 0–1."""

    level: WatchLevel
    floor: Floor
    floors: tuple[Floor, ...]
    meters: tuple[Meter, ...]
    headroom: float
    flatten_cost: float
    equity_after_flatten: float
    size_factor: float
    read_at: datetime


class ExecutorStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`type` is regular or prop_firm; `mode` simulated, paper, live or prop; `account_number` is pinned. `account`, and
    with it `positions` and `risk`, are None and empty where the venue does not answer: `error` says why."""

    executor_id: str
    type: str
    mode: str
    account_number: str
    rules: str
    auto_execute: bool
    state: ExecutorState
    ready: bool
    reconciled: bool
    error: str | None
    halt: Halt | None
    unprotected: tuple[str, ...]
    account: AccountSnapshot | None
    positions: tuple[HeldPosition, ...]
    risk: RiskStanding | None
    counts: ExecutorCounts
    started_at: datetime
    uptime_seconds: float

    @property
    def simulated(self) -> bool:
        """True on our own exchange: no venue, no money."""
        return self.mode == "simulated"


def executor_state(*, halt: Halt | None, ready: bool, reconciled: bool, auto_execute: bool) -> ExecutorState:
    """What to call it."""
    if halt is not None:
        return ExecutorState.HALTED
    if not ready:
        return ExecutorState.RECOVERING
    if not reconciled:
        return ExecutorState.UNRECONCILED
    return ExecutorState.TRADING if auto_execute else ExecutorState.WATCHING


def risk_standing(watched: Watched) -> RiskStanding:
    """What the watch says, without what it remembers."""
    return RiskStanding(
        level=watched.level,
        floor=watched.nearest,
        floors=watched.floors,
        meters=watched.meters,
        headroom=watched.headroom,
        flatten_cost=watched.flatten_cost,
        equity_after_flatten=watched.equity_after_flatten,
        size_factor=watched.size_factor,
        read_at=watched.state.read_at,
    )


def held_positions(account: AccountSnapshot) -> tuple[HeldPosition, ...]:
    """Each position with its protection, in the account's order."""
    stops, targets = live_stops(account), _targets(account.open_orders)
    return tuple(
        HeldPosition(
            symbol=held.symbol,
            quantity=held.quantity,
            average_price=held.average_price,
            market_price=held.market_price,
            worth=held.quantity * held.market_price,
            gain=held.quantity * (held.market_price - held.average_price),
            stop_price=stops[held.symbol],
            target_price=targets.get(held.symbol),
        )
        for held in account.positions
    )


def _targets(orders: tuple[Order, ...]) -> dict[str, float]:
    return {
        order.intent.symbol: price
        for order in orders
        if order.intent.reduce_only and order.intent.order_type is OrderType.LIMIT
        for price in (order.intent.limit_price or order.intent.take_profit_price,)
        if price is not None
    }
