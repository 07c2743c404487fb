"""The follower's money: what it can pay, what it holds, what it has made."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from alpine_core.simulator.exact import HUNDRED, MONEY, PERCENT, PRICE, exact, told, whole_quantity
from alpine_core.simulator.plan import FollowPlan, Sizing
from alpine_core.simulator.price_book import PriceBook
from alpine_core.simulator.recorded_signal import RecordedSignal
from alpine_core.simulator.result import OpenTrade, SkipReason, Trade
from alpine_core.simulator.route import LIMIT_EXITS, Route, WayOut


class Holding(NamedTuple):
    """What was bought, or sold short, at `price`; `value` is set aside until it ends."""

    signal: RecordedSignal
    entered_at: datetime
    price: Decimal
    quantity: Decimal
    value: Decimal
    fees: Decimal
    slipped: Decimal
    out: WayOut | None

    def gain(self, price: Decimal) -> Decimal:
        """Before costs, at this price."""
        return (price - self.price) * self.quantity * (1 if self.signal.is_long else -1)


class FollowerAccount:
    """Counts in decimals of the context in force. Not shared, thrown away after one simulation."""

    def __init__(self, plan: FollowPlan) -> None:
        self._plan = plan
        self._slip, self._fee = exact(plan.slippage_pct) / HUNDRED, exact(plan.fee_pct) / HUNDRED
        self._cash = exact(plan.capital)
        self.holdings: list[Holding] = []
        self.fees = self.slipped = Decimal(0)
        self.wins = 0

    @property
    def equity(self) -> Decimal:
        """Cash, and what is held at what it cost."""
        return self._cash + sum((held.value for held in self.holdings), Decimal(0))

    def enter(self, signal: RecordedSignal, route: Route) -> SkipReason | None:
        """Buy or sell short, or say why not."""
        plan, asked = self._plan, exact(route.price)
        price = asked * (1 + self._slip * (1 if signal.is_long else -1))
        if len(self.holdings) >= plan.max_open:
            return SkipReason.MAX_OPEN
        wanted = self._wanted(signal, price)
        if wanted is None:
            return SkipReason.NO_STOP
        free = (self._cash - exact(plan.fee_fixed)) / (1 + self._fee)
        quantity = whole_quantity(min(wanted, free) / price)
        if quantity <= 0:
            return SkipReason.NO_CASH
        value = quantity * price
        fees, slipped = exact(plan.fee_fixed) + value * self._fee, abs(price - asked) * quantity
        self._cash -= value + fees
        self._pay(fees, slipped)
        held = Holding(signal, route.entered_at, price, quantity, value, fees, slipped, route.out)
        self.holdings.append(held)
        return None

    def leave(self, held: Holding, out: WayOut) -> Trade:
        """End a trade."""
        sign, asked = (1 if held.signal.is_long else -1), exact(out.price)
        price = asked if out.exit in LIMIT_EXITS else asked * (1 - self._slip * sign)
        fees, slipped = price * held.quantity * self._fee, abs(price - asked) * held.quantity
        self.holdings.remove(held)
        self._cash += held.value + held.gain(price) - fees
        self._pay(fees, slipped)
        net = held.gain(price) - held.fees - fees
        self.wins += net > 0
        return Trade(
            signal_id=held.signal.signal_id,
            symbol=held.signal.symbol,
            is_long=held.signal.is_long,
            quantity=float(held.quantity),
            value=told(held.value, MONEY),
            entered_at=held.entered_at,
            entry_price=told(held.price, PRICE),
            exited_at=out.at,
            exit_price=told(price, PRICE),
            exit=out.exit,
            fees=told(held.fees + fees, MONEY),
            slippage=told(held.slipped + slipped, MONEY),
            net=told(net, MONEY),
            net_pct=told(net / held.value * HUNDRED, PERCENT),
            ambiguous=out.ambiguous,
        )

    def marked(self, book: PriceBook) -> tuple[tuple[OpenTrade, ...], Decimal]:
        """What is still held, and its result at the last bars, unrounded."""
        shown, total = [], Decimal(0)
        for held in self.holdings:
            last = book.last(held.signal.symbol)
            known = last if last is not None and last.start >= held.entered_at else None
            gain = Decimal(0) if known is None else held.gain(exact(known.close))
            total += gain
            shown.append(
                OpenTrade(
                    signal_id=held.signal.signal_id,
                    symbol=held.signal.symbol,
                    is_long=held.signal.is_long,
                    quantity=float(held.quantity),
                    value=told(held.value, MONEY),
                    entered_at=held.entered_at,
                    entry_price=told(held.price, PRICE),
                    mark_price=None if known is None else known.close,
                    marked_at=None if known is None else known.start,
                    unrealised=told(gain, MONEY),
                )
            )
        return tuple(shown), total

    def _wanted(self, signal: RecordedSignal, price: Decimal) -> Decimal | None:
        """For how much; None: it cannot be said without a stop on the losing side."""
        size = exact(self._plan.size)
        if self._plan.sizing is Sizing.FIXED:
            return size
        part = self.equity * size / HUNDRED
        if self._plan.sizing is Sizing.EQUITY:
            return part
        if signal.stop_price is None:
            return None
        distance = (price - exact(signal.stop_price)) * (1 if signal.is_long else -1)
        return part / distance * price if distance > 0 else None

    def _pay(self, fees: Decimal, slipped: Decimal) -> None:
        self.fees += fees
        self.slipped += slipped
