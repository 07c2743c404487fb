"""What a change of an order means for positions, trades and reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from argo_core.execution.exits import exit_of
from argo_core.execution.holdings import Holdings
from argo_core.execution.noting import Books, note
from argo_core.execution.order_book import OrderBook
from argo_core.execution.reconciliation import Difference, differences
from argo_core.execution.trades import TradeTerms
from argo_core.model.order import Fill, Order, OrderIntent, OrderState, OrderType
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.position import Position
from argo_core.ports.execution_journal import NotedChange

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
TERMS = TradeTerms(executor_id="argo", mode="simulated")


def intent(name: str, action: str, quantity: float, signal_id: str = "s1", **changes: object) -> OrderIntent:
    made = OrderIntent(client_order_id=name, signal_id=signal_id, symbol="AAPL", action=action, quantity=quantity)
    return msgspec.structs.replace(made, **changes)


def filled(
    position: int, wanted: OrderIntent, quantity: float, price: float, *, fee: float = 0.0, part: int = 1,
    before: tuple[Fill, ...] = (),
) -> NumberedChange:  # fmt: skip
    fill = Fill(
        execution_id=f"{wanted.client_order_id}-x{part}", quantity=quantity, price=price, fee=fee,
        filled_at=AT + timedelta(minutes=position),
    )  # fmt: skip
    whole = quantity + sum(one.quantity for one in before) >= wanted.quantity
    state = OrderState.FILLED if whole else OrderState.PARTIALLY_FILLED
    order = Order(
        order_id=f"V-{wanted.client_order_id}", intent=wanted, state=state, updated_at=AT, fills=(*before, fill)
    )
    return NumberedChange(position=position, change=OrderChange(order=order, fill=fill))


def noted(*changes: NumberedChange) -> tuple[Books, list[NotedChange]]:
    books, told = Books(), []
    for change in changes:
        books, one = note(books, change, TERMS)
        told.append(one)
    return books, told


BUY = intent("argo-s1", "BUY", 10.0)
STOP = intent("argo-s1-stop", "SELL", 10.0, order_type=OrderType.STOP, stop_price=95.0, reduce_only=True)


def test_a_trade_is_finished_when_nothing_of_its_position_is_left() -> None:
    first = filled(2, STOP, 4.0, 95.0, fee=0.4)
    _, told = noted(
        filled(1, BUY, 10.0, 100.0, fee=1.0),
        first,
        filled(3, STOP, 6.0, 94.0, fee=0.6, part=2, before=first.change.order.fills),
    )
    assert [len(one.trades) for one in told] == [0, 0, 1]
    trade = told[2].trades[0]
    assert (trade.trade_id, trade.signal_id, trade.exit, trade.mode) == ("argo-3-s1", "s1", "stop", "simulated")
    assert (trade.quantity, trade.entry_price, trade.gross_pct, trade.net_pct) == (10.0, 100.0, -5.6, -5.8)
    assert trade.exit_price == pytest.approx(94.4)
    assert trade.fees == pytest.approx(2.0)
    assert (trade.opened_at, trade.closed_at) == (AT + timedelta(minutes=1), AT + timedelta(minutes=3))


def test_a_shorts_trade_gains_when_the_price_falls() -> None:
    cover = intent("argo-s1-target", "BUY", 10.0, order_type=OrderType.LIMIT, limit_price=90.0, reduce_only=True)
    _, told = noted(filled(1, intent("argo-s1", "SELL", 10.0), 10.0, 100.0), filled(2, cover, 10.0, 90.0))
    trade = told[1].trades[0]
    assert (trade.action, trade.gross_pct, trade.exit) == ("SELL", 10.0, "target")


def test_a_closing_order_of_another_signal_finishes_the_trade_of_the_first() -> None:
    close = intent("argo-s2-close", "SELL", 10.0, "s2", reduce_only=True)
    _, told = noted(filled(1, BUY, 10.0, 100.0), filled(2, close, 10.0, 101.0))
    assert [(trade.signal_id, trade.exit) for trade in told[1].trades] == [("s1", "signal")]
    assert [(one.signal_id, one.profit_loss_pct) for one in told[1].executions] == [("s2", None), ("s1", 1.0)]


def test_a_kill_switch_finishes_every_signals_trade_and_reports_no_signal_of_its_own() -> None:
    second = intent("argo-s2", "BUY", 5.0, "s2")
    flat = intent("argo-halt-1-AAPL", "SELL", 15.0, "flatten", reduce_only=True)
    books, told = noted(filled(1, BUY, 10.0, 100.0), filled(2, second, 5.0, 110.0), filled(3, flat, 15.0, 99.0))
    assert sorted((trade.signal_id, trade.exit) for trade in told[2].trades) == [("s1", "flatten"), ("s2", "flatten")]
    assert [one.signal_id for one in told[2].executions] == ["s1", "s2"]
    assert books.holdings.quantities() == {}


def test_the_same_execution_told_twice_counts_once() -> None:
    once = filled(1, BUY, 10.0, 100.0)
    books, told = noted(once, msgspec.structs.replace(once, position=2))
    assert books.holdings.quantities() == {"AAPL": 10.0}
    assert (told[1].fill, told[1].executions) == (None, ())


def test_a_known_execution_told_again_with_the_cancellation_counts_once() -> None:
    part = filled(1, BUY, 4.0, 100.0)
    gone = msgspec.structs.replace(part.change.order, state=OrderState.CANCELLED)
    again = NumberedChange(position=2, change=OrderChange(order=gone, fill=part.change.fill))
    books, told = noted(part, again)
    assert (books.holdings.quantities(), told[1].fill) == ({"AAPL": 4.0}, None)
    assert books.orders.orders["argo-s1"].state is OrderState.CANCELLED


def test_a_fill_behind_the_cancellation_is_held_and_reported() -> None:
    gone = Order(order_id="V", intent=BUY, state=OrderState.CANCELLED, updated_at=AT)
    late = filled(2, BUY, 3.0, 100.0)
    late = msgspec.structs.replace(
        late,
        change=OrderChange(
            order=msgspec.structs.replace(late.change.order, state=OrderState.CANCELLED), fill=late.change.fill
        ),
    )
    books, told = noted(NumberedChange(position=1, change=OrderChange(order=gone)), late)
    assert books.holdings.quantities() == {"AAPL": 3.0}
    assert [(one.state, one.quantity) for one in told[1].executions] == [("cancelled", 3.0)]


def test_books_read_again_from_fills_finish_the_same_trade() -> None:
    first = filled(2, STOP, 4.0, 95.0, fee=0.4)
    last = filled(3, STOP, 6.0, 94.0, fee=0.6, part=2, before=first.change.order.fills)
    straight, told = noted(filled(1, BUY, 10.0, 100.0, fee=1.0), first, last)
    fills = [one.fill for one in told[:2] if one.fill is not None]
    orders = OrderBook.of([BUY_CHANGE, first.change])
    again, one = note(Books(Holdings.of(fills), orders), last, TERMS)
    assert one.trades == told[2].trades
    assert again.holdings == straight.holdings


BUY_CHANGE = filled(1, BUY, 10.0, 100.0, fee=1.0).change


@pytest.mark.parametrize(
    ("order", "exit_"),
    [
        (intent("argo-s1-stop", "SELL", 1.0, reduce_only=True, order_type=OrderType.STOP), "stop"),
        (intent("argo-s1-target", "SELL", 1.0, reduce_only=True, order_type=OrderType.LIMIT), "target"),
        (intent("argo-s1-target-2", "SELL", 1.0, reduce_only=True), "target"),
        (intent("argo-s2-close", "SELL", 1.0, "s2", reduce_only=True), "signal"),
        (intent("argo-s2", "SELL", 1.0, "s2"), "signal"),
        (intent("argo-s1-protect-1", "SELL", 1.0, reduce_only=True, order_type=OrderType.LIMIT), "target"),
        (intent("argo-s1-protect-1-stop", "SELL", 1.0, reduce_only=True, order_type=OrderType.STOP), "stop"),
        (intent("argo-s1-protect-2", "SELL", 1.0, reduce_only=True), "stop"),
        (intent("argo-halt-1-AAPL", "SELL", 1.0, "flatten", reduce_only=True), "flatten"),
        (intent("6f0c", "SELL", 1.0, "external"), "external"),
        (intent("adjust-AAPL-1", "SELL", 1.0, "external"), "adjustment"),
    ],
)
def test_an_exit_is_told_by_the_order_that_closed(order: OrderIntent, exit_: str) -> None:
    assert exit_of(order) == exit_


def held(symbol: str, quantity: float) -> Position:
    return Position(symbol=symbol, quantity=quantity, average_price=1.0, market_price=1.0)


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ({}, [], ()),
        ({"A": 1.0}, [held("A", 1.0)], ()),
        ({"A": 0.1 + 0.2}, [held("A", 0.3)], ()),
        ({"A": 1.0}, [], (Difference(symbol="A", ours=1.0, theirs=0.0),)),
        ({}, [held("A", -1.0)], (Difference(symbol="A", ours=0.0, theirs=-1.0),)),
        ({"A": 1.0}, [held("A", -1.0)], (Difference(symbol="A", ours=1.0, theirs=-1.0),)),
        ({"A": 1.0}, [held("A", 1.00001)], (Difference(symbol="A", ours=1.0, theirs=1.00001),)),
        ({"C": 1.0}, [held("C", 1.00005)], ()),
        ({"C": 1.0}, [held("C", 1.0001)], (Difference(symbol="C", ours=1.0, theirs=1.0001),)),
        ({"A": 1.0}, [held("A", float("nan"))], True),
    ],
)
def test_books_differ_by_more_than_rounding_or_a_step(
    ours: dict[str, float], theirs: list[Position], found: tuple[Difference, ...] | bool
) -> None:
    differing = differences(ours, theirs, {"C": 0.0001})
    assert bool(differing) if found is True else differing == found
