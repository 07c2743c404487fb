"""An order's state under reports that come twice, late or in another order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.errors import InvariantError
from argo_core.execution.order_machine import ENDS, advanced, filled_quantity, remaining
from argo_core.model.order import Fill, Order, OrderIntent, OrderState

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
INTENT = OrderIntent(client_order_id="argo-s1", signal_id="s1", symbol="AAPL", action="BUY", quantity=10.0)
NEW = Order(order_id="", intent=INTENT, state=OrderState.INTENDED, updated_at=AT)
MAY_FOLLOW = {
    OrderState.INTENDED: set(OrderState) - {OrderState.INTENDED},
    OrderState.UNKNOWN: set(OrderState) - {OrderState.INTENDED, OrderState.UNKNOWN},
    OrderState.HELD: ENDS | {OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED},
    OrderState.ACCEPTED: ENDS | {OrderState.PARTIALLY_FILLED},
    OrderState.PARTIALLY_FILLED: ENDS - {OrderState.REJECTED, OrderState.DENIED},
    **{end: set() for end in ENDS},
}


def fill(number: int, quantity: float) -> Fill:
    return Fill(
        execution_id=f"x{number}", quantity=quantity, price=100.0, fee=0.0, filled_at=AT + timedelta(seconds=number)
    )


def report(state: OrderState, *fills: Fill, seconds: int = 1, reason: str | None = None) -> Order:
    return Order(
        order_id="V-1", intent=INTENT, state=state, updated_at=AT + timedelta(seconds=seconds), fills=fills,
        reason=reason,
    )  # fmt: skip


def after(order: Order, *reports: Order) -> Order:
    for one in reports:
        order = advanced(order, one) or order
    return order


@st.composite
def a_life(draw: st.DrawFn) -> list[Order]:
    """What a venue tells of one order, in the order in which it happened: each report holds the fills so far."""
    parts = draw(st.lists(st.integers(1, 4).map(float), max_size=4))
    fills = [fill(number, quantity) for number, quantity in enumerate(parts, 1)]
    reports = [report(OrderState.ACCEPTED, seconds=1)]
    for count in range(1, len(fills) + 1):
        whole = filled_quantity(tuple(fills[:count])) >= INTENT.quantity
        reports.append(
            report(OrderState.FILLED if whole else OrderState.PARTIALLY_FILLED, *fills[:count], seconds=1 + count)
        )
        if whole:
            return reports
    end = draw(st.sampled_from([None, OrderState.CANCELLED, OrderState.EXPIRED]))
    return reports if end is None else [*reports, report(end, *fills, seconds=10)]


@given(life=a_life(), data=st.data())
def test_reports_in_any_order_and_any_number_end_in_the_same_order(life: list[Order], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations([*life, *data.draw(st.lists(st.sampled_from(life), max_size=5))]))
    straight, crooked = after(NEW, *life), after(NEW, *shuffled)
    assert (crooked.state, crooked.fills, crooked.updated_at) == (straight.state, straight.fills, straight.updated_at)


@given(states=st.lists(st.tuples(st.sampled_from(OrderState), st.lists(st.integers(1, 6), max_size=3)), max_size=12))
def test_no_sequence_of_reports_makes_an_illegal_transition(states: list[tuple[OrderState, list[int]]]) -> None:
    order = NEW
    for state, numbers in states:
        told = advanced(order, report(state, *(fill(number, 3.0) for number in numbers)))
        if told is None:
            continue
        assert told.state is order.state or told.state in MAY_FOLLOW[order.state]
        assert set(order.fills) <= set(told.fills)
        assert len({one.execution_id for one in told.fills}) == len(told.fills)
        order = told


def test_a_fill_that_is_told_twice_counts_once() -> None:
    order = after(NEW, report(OrderState.PARTIALLY_FILLED, fill(1, 4.0)))
    assert advanced(order, report(OrderState.PARTIALLY_FILLED, fill(1, 4.0), seconds=9)) is None
    assert remaining(order) == 6.0


def test_a_fill_that_comes_after_the_cancellation_counts_and_the_order_stays_cancelled() -> None:
    order = after(NEW, report(OrderState.CANCELLED), report(OrderState.PARTIALLY_FILLED, fill(1, 4.0), seconds=2))
    assert (order.state, filled_quantity(order.fills), remaining(order)) == (OrderState.CANCELLED, 4.0, 0.0)


def test_an_acceptance_that_comes_after_the_fill_changes_nothing() -> None:
    order = after(NEW, report(OrderState.FILLED, fill(1, 10.0)))
    assert advanced(order, report(OrderState.ACCEPTED)) is None


def test_an_order_whose_answer_was_lost_is_found_by_the_next_report() -> None:
    order = after(NEW, report(OrderState.UNKNOWN), report(OrderState.ACCEPTED))
    assert order.state is OrderState.ACCEPTED
    assert advanced(order, report(OrderState.UNKNOWN)) is None


def test_a_leg_that_waits_for_its_entry_protects_nothing() -> None:
    assert remaining(after(NEW, report(OrderState.HELD))) == 0.0
    assert remaining(after(NEW, report(OrderState.HELD), report(OrderState.ACCEPTED))) == 10.0


def test_the_reason_of_the_end_is_kept() -> None:
    order = after(
        NEW, report(OrderState.REJECTED, reason="no buying power"), report(OrderState.CANCELLED, reason="later")
    )
    assert (order.state, order.reason) == (OrderState.REJECTED, "no buying power")


def test_what_is_refused_after_a_part_was_filled_counts_as_cancelled() -> None:
    order = after(NEW, report(OrderState.PARTIALLY_FILLED, fill(1, 4.0)), report(OrderState.REJECTED))
    assert order.state is OrderState.CANCELLED


def test_a_refusal_after_a_part_whose_fills_were_not_told_counts_as_cancelled_too() -> None:
    order = after(NEW, report(OrderState.PARTIALLY_FILLED), report(OrderState.REJECTED))
    assert order.state is OrderState.CANCELLED


def test_a_report_of_another_order_is_our_fault() -> None:
    other = msgspec.structs.replace(INTENT, client_order_id="argo-s2")
    with pytest.raises(InvariantError, match="argo-s2"):
        advanced(NEW, msgspec.structs.replace(report(OrderState.ACCEPTED), intent=other))


def smaller(state: OrderState, quantity: float, *fills: Fill) -> Order:
    """A report of an order that the venue works on for less than was wanted."""
    return msgspec.structs.replace(report(state, *fills), intent=msgspec.structs.replace(INTENT, quantity=quantity))


def test_what_a_venue_took_less_than_was_wanted_is_what_can_still_be_filled() -> None:
    order = after(NEW, smaller(OrderState.ACCEPTED, 6.0))
    assert (order.intent.quantity, remaining(order)) == (6.0, 6.0)
    assert after(order, smaller(OrderState.ACCEPTED, 6.0, fill(1, 6.0))).state is OrderState.FILLED


def test_an_exit_that_another_exit_makes_smaller_never_grows_again() -> None:
    order = after(NEW, report(OrderState.ACCEPTED), smaller(OrderState.ACCEPTED, 4.0), report(OrderState.ACCEPTED))
    assert remaining(order) == 4.0
