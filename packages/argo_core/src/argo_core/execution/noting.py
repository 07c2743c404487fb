"""What a change of an order means for our positions, and what is to be reported of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from argo_core.execution.exits import exit_of
from argo_core.execution.holdings import Holdings, noted_fill
from argo_core.execution.lots import Closure
from argo_core.execution.order_book import OrderBook
from argo_core.execution.trades import Ended, OpenTrade, TradeTerms
from argo_core.model.execution import NO_SIGNALS, Execution
from argo_core.model.order import OrderState
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.trade import Trade
from argo_core.ports.execution_journal import NotedChange, NotedFill


class Books(msgspec.Struct, frozen=True):
    """What we know of an account: what it holds, and its orders."""

    holdings: Holdings = Holdings({})
    orders: OrderBook = OrderBook()


def note(books: Books, numbered: NumberedChange, terms: TradeTerms) -> tuple[Books, NotedChange]:
    """The books after a change, and the change with its executions and the trades that it finished.

    An exit is reported under the signal whose position it ends, with the result; a closing order that a new signal
    brought about also under that signal, without one. What no signal asked for is kept and not reported.
    """
    orders, change = books.orders.after(numbered.change)
    if change is None or change.fill is None:
        told = () if change is None else _reported(change, (), terms.executor_id)
        return Books(books.holdings, orders), NotedChange(numbered=numbered, fill=None, executions=told)
    step = books.holdings.after(noted_fill(change.order.intent, change, None))
    fill = noted_fill(change.order.intent, change, _mean_result(step.closures))
    noted = NotedChange(
        numbered=numbered,
        fill=fill,
        executions=_reported(change, step.closures, terms.executor_id),
        trades=_finished(numbered.position, change, fill, step.finished, terms),
    )
    return Books(step.holdings, orders), noted


def _finished(
    position: int, change: OrderChange, noted: NotedFill, finished: Mapping[str, OpenTrade], terms: TradeTerms
) -> tuple[Trade, ...]:
    ended = Ended(by=exit_of(change.order.intent), at=noted.fill.filled_at)
    return tuple(
        trade.finished(f"{terms.executor_id}-{position}-{signal_id}", signal_id, noted.symbol, terms, ended)
        for signal_id, trade in finished.items()
    )


def _reported(change: OrderChange, closures: tuple[Closure, ...], executor_id: str) -> tuple[Execution, ...]:
    order, fill = change.order, change.fill
    if fill is None and order.state not in (OrderState.FILLED, OrderState.REJECTED):
        return ()
    own = Execution(
        signal_id=order.intent.signal_id,
        executor_id=executor_id,
        order_id=order.order_id,
        state=order.state.value,
        filled_at=None if fill is None else fill.filled_at,
        price=None if fill is None else fill.price,
        quantity=None if fill is None else fill.quantity,
        profit_loss_pct=_mean_result([closure for closure in closures if closure.signal_id == order.intent.signal_id]),
    )
    told = (own, *_foreign(own, closures))
    return tuple(execution for execution in told if execution.signal_id not in NO_SIGNALS)


def _foreign(own: Execution, closures: Iterable[Closure]) -> list[Execution]:
    """One execution per other signal whose position the fill ended."""
    by_signal: dict[str, list[Closure]] = {}
    for closure in closures:
        if closure.signal_id != own.signal_id:
            by_signal.setdefault(closure.signal_id, []).append(closure)
    return [
        msgspec.structs.replace(
            own,
            signal_id=signal_id,
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
