"""A simulated exchange in memory for tests of its rules: 10,000 in cash, costs of 1 % slippage and 1 % fee."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import ExchangeBook
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.execution.matching import Matching
from argo_core.model.bars import Bar
from argo_core.model.order import Order, OrderIntent, OrderType, Quote
from argo_core.model.order_change import OrderChange

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
FREE = CostPolicy(slippage_pct=0.0, fee_pct=0.0)
DEAR = CostPolicy(slippage_pct=1.0, fee_pct=1.0)
KIND = ExchangePolicy()


def bar(
    day: int, low: float, high: float, close: float, start: float | None = None, symbol: str = "AAPL",
    volume: float = 1.0,
) -> Bar:  # fmt: skip
    """The bar `day` days after the decision; it opens at `start`, by default at its close."""
    opened = close if start is None else start
    return Bar(
        symbol=symbol, timeframe="1d", start=NOW + day * DAY, open=opened, high=high, low=low, close=close,
        volume=volume,
    )  # fmt: skip


def market(
    name: str, action: str, quantity: float, *, target: float | None = None, stop: float | None = None,
    reduce_only: bool = False, symbol: str = "AAPL", price: float = 100.0,
) -> OrderIntent:  # fmt: skip
    """A market order decided at 100."""
    return OrderIntent(
        client_order_id=name, signal_id=f"SIG-{name}", symbol=symbol, action=action, quantity=quantity,
        take_profit_price=target, stop_loss_price=stop, reduce_only=reduce_only,
        decided_on=Quote(price=price, as_of=NOW),
    )  # fmt: skip


def resting(name: str, action: str, quantity: float, kind: OrderType, price: float) -> OrderIntent:
    """A limit or stop order."""
    return OrderIntent(
        client_order_id=name, signal_id=f"SIG-{name}", symbol="AAPL", action=action, quantity=quantity,
        order_type=kind, limit_price=price if kind is OrderType.LIMIT else None,
        stop_price=price if kind is OrderType.STOP else None,
    )  # fmt: skip


def stop_limit(name: str, action: str, quantity: float, stop: float, limit: float) -> OrderIntent:
    """An order that becomes a limit order at its stop price."""
    return OrderIntent(
        client_order_id=name, signal_id=f"SIG-{name}", symbol="AAPL", action=action, quantity=quantity,
        order_type=OrderType.STOP_LIMIT, stop_price=stop, limit_price=limit,
    )  # fmt: skip


def oco(name: str, action: str, quantity: float, target: float, stop: float) -> OrderIntent:
    """Two exits, as the protection of a position asks for them."""
    return OrderIntent(
        client_order_id=name, signal_id=f"SIG-{name}", symbol="AAPL", action=action, quantity=quantity,
        order_type=OrderType.LIMIT, limit_price=target, take_profit_price=target, stop_loss_price=stop,
        reduce_only=True, decided_on=Quote(price=100.0, as_of=NOW),
    )  # fmt: skip


class Exchange:
    """The book and what changed it, step by step."""

    def __init__(self, costs: CostPolicy = FREE, cash: float = 10_000.0, policy: ExchangePolicy = KIND) -> None:
        self.rules, self.book = Matching(costs, policy), ExchangeBook(cash=cash)
        self.changes: list[OrderChange] = []

    def submit(self, intent: OrderIntent) -> Order:
        self._keep(self.rules.submitted(self.book, intent, NOW))
        return self.order(intent.client_order_id)

    def mark(self, *bars: Bar) -> list[str]:
        """The client order ids that these bars filled."""
        before = len(self.changes)
        for one in bars:
            self._keep(self.rules.marked(self.book, one, NOW))
            self.book = self.book.marked(one)
        return [change.order.intent.client_order_id for change in self.changes[before:] if change.fill is not None]

    def cancel(self, name: str) -> None:
        self._keep(self.rules.cancelled(self.book, name, NOW))

    def order(self, name: str) -> Order:
        return next(change.order for change in reversed(self.changes) if change.order.intent.client_order_id == name)

    def state(self, name: str) -> str:
        return self.order(name).state.value

    def price_of(self, name: str) -> float:
        return self.order(name).fills[0].price

    def _keep(self, changes: tuple[OrderChange, ...]) -> None:
        self.changes.extend(changes)
        self.book = self.book.after(changes)
