"""What a change of an order means for our positions, and what is to be reported of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from argo_core.execution.lots import Closure, Lots, after_trade
from argo_core.model.direction import Direction
from argo_core.model.execution import Execution
from argo_core.model.order import OrderState
from argo_core.model.order_change import NumberedChange
from argo_core.ports.execution_journal import NotedChange, NotedFill

# What rests or is called off has executed nothing; a refusal of the venue is an answer to the signal.
REPORTED = (OrderState.FILLED, OrderState.PARTIALLY_FILLED, OrderState.REJECTED)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Our own account of what we hold, by symbol, from nothing but fills."""

    lots: Mapping[str, Lots]

    def after(self, symbol: str, lots: Lots) -> Holdings:
        """The holdings with these lots of a symbol."""
        return Holdings({**self.lots, symbol: lots})

    @classmethod
    def of(cls, fills: Iterable[NotedFill]) -> Holdings:
        """What fills, oldest first, add up to."""
        lots: dict[str, Lots] = {}
        for noted in fills:
            before, fill = lots.get(noted.symbol, ()), noted.fill
            lots[noted.symbol], _ = after_trade(before, noted.signal_id, noted.quantity, fill.price, fill.fee)
        return cls(lots)


def note(holdings: Holdings, numbered: NumberedChange, executor_id: str) -> tuple[Holdings, NotedChange]:
    """The holdings after a change, and the change with its executions.

    An exit is reported under the signal whose position it ends, with the result; a closing order that a new signal
    brought about also under that signal, without one.
    """
    change = numbered.change
    order, intent, fill = change.order, change.order.intent, change.fill
    closures: tuple[Closure, ...] = ()
    noted_fill = None
    if fill is not None:
        quantity = fill.quantity * int(Direction.of_action(intent.action))
        before = holdings.lots.get(intent.symbol, ())
        lots, closures = after_trade(before, intent.signal_id, quantity, fill.price, fill.fee)
        holdings = holdings.after(intent.symbol, lots)
        noted_fill = NotedFill(
            client_order_id=intent.client_order_id,
            signal_id=intent.signal_id,
            symbol=intent.symbol,
            quantity=quantity,
            fill=fill,
            profit_loss_pct=_mean_result(closures),
        )
    own = Execution(
        signal_id=intent.signal_id,
        executor_id=executor_id,
        order_id=order.order_id,
        state=order.state.value,
        filled_at=None if fill is None else fill.filled_at,
        price=None if fill is None else fill.price,
        quantity=None if fill is None else fill.quantity,
        profit_loss_pct=_mean_result([closure for closure in closures if closure.signal_id == intent.signal_id]),
    )
    reported = (own, *_foreign(own, closures)) if order.state in REPORTED else ()
    return holdings, NotedChange(numbered=numbered, fill=noted_fill, executions=reported)


def _foreign(own: Execution, closures: Iterable[Closure]) -> list[Execution]:
    """One execution per other signal whose position the fill ended."""
    by_signal: dict[str, list[Closure]] = {}
    for closure in closures:
        if closure.signal_id != own.signal_id:
            by_signal.setdefault(closure.signal_id, []).append(closure)
    return [
        Execution(
            signal_id=signal_id,
            executor_id=own.executor_id,
            order_id=own.order_id,
            state=own.state,
            filled_at=own.filled_at,
            price=own.price,
            quantity=sum(closure.quantity for closure in ended),
            profit_loss_pct=_mean_result(ended),
        )
        for signal_id, ended in by_signal.items()
    ]


def _mean_result(closures: Iterable[Closure]) -> float | None:
    """The results weighted by what each entry was worth; None without a closure."""
    ended = list(closures)
    worth = sum(closure.quantity * closure.entry_price for closure in ended)
    if not ended:
        return None
    gained = sum(closure.profit_loss_pct * closure.quantity * closure.entry_price for closure in ended)
    return round(gained / worth, 6)
