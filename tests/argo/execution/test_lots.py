"""A position is its entries: each exit ends entries, and is told by the signals that made them."""

from __future__ import annotations

import pytest

from argo_core.execution.lots import Closure, Lot, Lots, after_trade, average_price, held

TEN = Lot(signal_id="one", quantity=10.0, price=100.0, fee=10.0)
FIVE = Lot(signal_id="two", quantity=5.0, price=110.0, fee=0.0)
SHORT = Lot(signal_id="one", quantity=-10.0, price=100.0, fee=0.0)


def test_a_first_trade_is_a_lot() -> None:
    assert after_trade((), "one", 10.0, 100.0, 10.0) == ((TEN,), ())


def test_a_trade_on_the_same_side_adds_a_lot() -> None:
    lots, closures = after_trade((TEN,), "two", 5.0, 110.0, 0.0)
    assert (lots, closures, held(lots)) == ((TEN, FIVE), (), 15.0)
    assert average_price(lots) == pytest.approx(103.333333)


@pytest.mark.parametrize(
    ("lots", "quantity", "price", "fee", "profit_loss_pct"),
    [
        ((FIVE,), -5.0, 121.0, 0.0, 10.0),
        ((FIVE,), -5.0, 104.5, 0.0, -5.0),
        ((TEN,), -10.0, 110.0, 11.0, 7.9),  # 10 % less 1.0 % and 1.1 % in fees
        ((SHORT,), 10.0, 90.0, 0.0, 10.0),
        ((SHORT,), 10.0, 105.0, 0.0, -5.0),
    ],
)
def test_an_exit_gains_in_percent_of_the_entry_net_of_fees(
    lots: Lots, quantity: float, price: float, fee: float, profit_loss_pct: float
) -> None:
    rest, (closure,) = after_trade(lots, "exit", quantity, price, fee)
    assert rest == ()
    assert closure.profit_loss_pct == pytest.approx(profit_loss_pct)


def test_a_signals_own_lot_is_closed_before_older_ones() -> None:
    lots, closures = after_trade((TEN, FIVE), "two", -5.0, 110.0, 0.0)
    assert lots == (TEN,)
    assert [closure.signal_id for closure in closures] == ["two"]


def test_a_strangers_exit_closes_the_oldest_first_and_what_is_left_keeps_its_share_of_the_fee() -> None:
    lots, closures = after_trade((TEN, FIVE), "other", -4.0, 110.0, 0.0)
    assert lots == (Lot(signal_id="one", quantity=6.0, price=100.0, fee=6.0), FIVE)
    assert closures == (
        Closure(signal_id="one", quantity=4.0, entry_price=100.0, exit_price=110.0, profit_loss_pct=9.0, fees=4.0),
    )


def test_a_trade_beyond_the_position_turns_it() -> None:
    lots, closures = after_trade((FIVE,), "three", -8.0, 121.0, 8.0)
    assert lots == (Lot(signal_id="three", quantity=-3.0, price=121.0, fee=3.0),)
    assert [closure.quantity for closure in closures] == [5.0]


def test_crumbs_of_floating_point_leave_no_position() -> None:
    lots: Lots = ()
    for _ in range(3):
        lots, _ = after_trade(lots, "a", 0.1, 100.0, 0.0)
    lots, _ = after_trade(lots, "b", -0.3, 100.0, 0.0)
    assert lots == ()
