"""The simulated exchange: at which price, in which order, and what a fill leaves without a purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.errors import ConfigError
from argo_core.execution.costs import CostPolicy
from argo_core.model.order import OrderState, OrderType
from tests.argo.execution.exchange_rig import DAY, DEAR, NOW, Exchange, bar, market, resting


def test_a_market_order_fills_at_the_price_of_the_decision_while_there_is_no_mark() -> None:
    exchange = Exchange()
    order = exchange.submit(market("a", "BUY", 10.0))
    assert (order.state, order.fills[0].price, order.fills[0].filled_at) == (OrderState.FILLED, 100.0, NOW)
    assert exchange.book.cash == 9_000.0


def test_a_market_order_never_fills_at_a_mark_that_is_older_than_its_decision() -> None:
    exchange = Exchange()
    exchange.mark(bar(-1, 80.0, 90.0, 85.0))
    exchange.submit(market("a", "BUY", 10.0))
    assert exchange.price_of("a") == 100.0


def test_a_market_order_fills_at_the_newest_mark_where_the_market_has_gone_on() -> None:
    exchange = Exchange()
    exchange.mark(bar(1, 104.0, 106.0, 105.0))
    order = exchange.submit(market("a", "BUY", 10.0))
    assert (order.fills[0].price, order.fills[0].filled_at) == (105.0, NOW + DAY)


@pytest.mark.parametrize(("action", "price", "cash"), [("BUY", 101.0, 8_979.9), ("SELL", 99.0, 10_980.1)])
def test_a_taker_pays_slippage_and_fee(action: str, price: float, cash: float) -> None:
    exchange = Exchange(DEAR)
    exchange.submit(market("a", action, 10.0))
    assert exchange.price_of("a") == pytest.approx(price)
    assert exchange.book.cash == pytest.approx(cash)


def test_an_order_without_any_price_is_rejected() -> None:
    exchange = Exchange()
    blind = market("a", "BUY", 1.0)
    exchange.submit(type(blind)(client_order_id="a", signal_id="s", symbol="AAPL", action="BUY", quantity=1.0))
    assert (exchange.order("a").state, exchange.order("a").reason) == (
        OrderState.REJECTED, "no price is known for this symbol",
    )  # fmt: skip


def test_an_order_beyond_the_buying_power_is_rejected_and_moves_nothing() -> None:
    exchange = Exchange()
    assert exchange.submit(market("a", "BUY", 101.0)).state is OrderState.REJECTED
    assert (exchange.book.cash, exchange.book.lots) == (10_000.0, {})
    assert exchange.submit(market("b", "BUY", 100.0)).state is OrderState.FILLED


def test_the_proceeds_of_a_short_buy_nothing() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "SELL", 60.0))
    assert exchange.submit(market("b", "BUY", 50.0, symbol="TSLA")).state is OrderState.REJECTED
    assert exchange.submit(market("c", "BUY", 40.0, symbol="TSLA")).state is OrderState.FILLED


def test_crypto_sold_while_flat_is_rejected_by_the_exchange_too() -> None:
    exchange = Exchange()
    assert exchange.submit(market("a", "SELL", 1.0, symbol="BTC-USD")).reason == "crypto cannot be sold short"


@pytest.mark.parametrize(
    ("case", "low", "high", "opened", "filled", "price"),
    [
        ("neither end", 96.0, 109.0, 100.0, [], None),
        ("the stop", 95.0, 105.0, 100.0, ["a-stop"], 95.0),
        ("the target", 96.0, 110.0, 100.0, ["a-target"], 110.0),
        ("both: the stop came first", 94.0, 111.0, 100.0, ["a-stop"], 95.0),
        ("a gap below the stop fills at the open", 90.0, 99.0, 92.0, ["a-stop"], 92.0),
        ("a gap above the target fills at the open", 100.0, 115.0, 112.0, ["a-target"], 112.0),
        ("open above the target, later the stop", 90.0, 115.0, 112.0, ["a-target"], 112.0),
    ],
)  # fmt: skip
def test_a_bar_against_the_bracket_of_a_long(
    case: str, low: float, high: float, opened: float, filled: list[str], price: float | None
) -> None:
    exchange = Exchange()
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    assert exchange.mark(bar(1, low, high, 100.0, opened)) == filled, case
    if price is not None:
        assert exchange.price_of(filled[0]) == price
        assert (exchange.book.lots, exchange.book.live) == ({}, {})


@pytest.mark.parametrize(
    ("low", "high", "opened", "filled"),
    [
        (91.0, 104.0, 100.0, []),
        (91.0, 105.0, 100.0, ["a-stop"]),
        (90.0, 104.0, 100.0, ["a-target"]),
        (89.0, 106.0, 100.0, ["a-stop"]),
        (85.0, 106.0, 88.0, ["a-target"]),
    ],
)
def test_a_bar_against_the_bracket_of_a_short(low: float, high: float, opened: float, filled: list[str]) -> None:
    exchange = Exchange()
    exchange.submit(market("a", "SELL", 10.0, target=90.0, stop=105.0))
    assert exchange.mark(bar(1, low, high, 100.0, opened)) == filled


def test_one_leg_filled_cancels_the_other() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    exchange.mark(bar(1, 96.0, 110.0, 105.0))
    assert (exchange.order("a-stop").state, exchange.order("a-stop").reason) == (
        OrderState.CANCELLED, "the other leg was filled",
    )  # fmt: skip
    assert exchange.mark(bar(2, 90.0, 96.0, 95.0)) == []


def test_a_stop_slips_and_a_target_does_not() -> None:
    exchange = Exchange(DEAR)
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    exchange.submit(market("b", "BUY", 10.0, target=120.0, stop=99.0))
    exchange.mark(bar(1, 98.0, 110.0, 100.0))
    assert exchange.price_of("b-stop") == pytest.approx(98.01)
    assert exchange.price_of("a-target") == 110.0


def test_a_bar_from_before_the_decision_touches_no_leg_however_late_it_comes() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    assert exchange.mark(bar(-1, 50.0, 200.0, 100.0)) == []


@pytest.mark.parametrize("day", [0, 1])
def test_the_same_or_an_older_bar_again_fills_nothing(day: int) -> None:
    exchange = Exchange()
    exchange.mark(bar(1, 99.0, 101.0, 100.0))
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    assert exchange.mark(bar(day, 90.0, 120.0, 100.0)) == []


def test_two_brackets_of_one_symbol_end_each_with_its_own_leg() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    exchange.submit(market("b", "BUY", 5.0, target=120.0, stop=90.0))
    assert exchange.mark(bar(1, 96.0, 111.0, 108.0)) == ["a-target"]
    assert exchange.book.held("AAPL") == 5.0
    assert sorted(exchange.book.live) == ["b-stop", "b-target"]


def test_closing_the_position_cancels_what_protected_it() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    exchange.submit(market("z", "SELL", 10.0, reduce_only=True))
    assert exchange.book.live == {}
    assert exchange.order("a-stop").reason == "the position is closed"


def test_an_order_that_only_reduces_never_opens_the_other_side() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "BUY", 10.0))
    assert exchange.submit(market("z", "SELL", 30.0, reduce_only=True)).fills[0].quantity == 10.0
    assert exchange.book.lots == {}
    assert exchange.submit(market("y", "SELL", 30.0, reduce_only=True)).state is OrderState.REJECTED


def test_a_limit_order_waits_for_its_price_and_pays_no_slippage() -> None:
    exchange = Exchange(DEAR)
    exchange.submit(resting("a", "BUY", 1.0, OrderType.LIMIT, 90.0))
    assert exchange.mark(bar(1, 91.0, 99.0, 95.0)) == []
    assert exchange.mark(bar(2, 89.0, 95.0, 94.0)) == ["a"]
    assert exchange.price_of("a") == 90.0


def test_a_stop_order_waits_for_its_price() -> None:
    exchange = Exchange()
    exchange.submit(resting("a", "BUY", 1.0, OrderType.STOP, 110.0))
    assert exchange.mark(bar(1, 100.0, 109.0, 105.0)) == []
    assert exchange.mark(bar(2, 106.0, 111.0, 108.0)) == ["a"]
    assert exchange.price_of("a") == 110.0


def test_a_bar_of_another_symbol_fills_nothing() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    assert exchange.mark(bar(1, 1.0, 500.0, 100.0, symbol="TSLA")) == []


def test_a_cancelled_order_is_gone_and_a_second_cancel_changes_nothing() -> None:
    exchange = Exchange()
    exchange.submit(resting("a", "BUY", 1.0, OrderType.LIMIT, 90.0))
    exchange.cancel("a")
    exchange.cancel("a")
    assert [change.order.state for change in exchange.changes] == [OrderState.ACCEPTED, OrderState.CANCELLED]


@given(st.lists(st.tuples(st.sampled_from(["BUY", "SELL"]), st.integers(1, 20), st.integers(80, 120)), max_size=30))
def test_the_books_are_what_the_changes_add_up_to_and_no_money_appears(trades: list[tuple[str, int, int]]) -> None:
    exchange = Exchange()
    for number, (action, quantity, close) in enumerate(trades):
        exchange.submit(market(f"o{number}", action, float(quantity), target=None, stop=None, price=100.0))
        exchange.mark(bar(number, 79.0, 121.0, float(close)))
    replayed = Exchange().book.after(exchange.changes)
    assert (replayed.cash, replayed.lots, replayed.live) == (
        exchange.book.cash, exchange.book.lots, exchange.book.live,
    )  # fmt: skip
    paid = sum(
        change.fill.quantity * change.fill.price * (1 if change.order.intent.action == "BUY" else -1)
        for change in exchange.changes
        if change.fill is not None
    )
    assert exchange.book.cash == pytest.approx(10_000.0 - paid)


def test_costs_beyond_ten_percent_are_refused() -> None:
    with pytest.raises(ConfigError, match="0 to 10"):
        CostPolicy(slippage_pct=11.0)
