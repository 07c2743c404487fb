"""The simulated exchange's kinds of orders: stop-limit, one cancels the other, and legs that are born in a bar."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.model.order import OrderState, OrderType
from tests.argo.execution.exchange_rig import DEAR, Exchange, bar, market, oco, resting, stop_limit


def held_with(protection: str) -> Exchange:
    """Ten shares at 100, protected by an OCO between 90 and 110, or by a leg alone."""
    exchange = Exchange()
    exchange.submit(market("e", "BUY", 10.0))
    if protection == "oco":
        exchange.submit(oco("e-protect-1", "SELL", 10.0, 110.0, 90.0))
    return exchange


@pytest.mark.parametrize(
    ("case", "low", "high", "opened", "filled", "price"),
    [
        ("neither", 91.0, 109.0, 100.0, [], None),
        ("the target", 99.0, 110.0, 100.0, ["e-protect-1"], 110.0),
        ("the stop", 90.0, 101.0, 100.0, ["e-protect-1-stop"], 90.0),
        ("both: the stop came first", 89.0, 111.0, 100.0, ["e-protect-1-stop"], 90.0),
        ("a gap below the stop", 80.0, 88.0, 85.0, ["e-protect-1-stop"], 85.0),
    ],
)
def test_of_two_exits_one_is_filled_and_the_other_is_gone(
    case: str, low: float, high: float, opened: float, filled: list[str], price: float | None
) -> None:
    exchange = held_with("oco")
    assert exchange.mark(bar(1, low, high, 100.0 if low < 100.0 < high else opened, opened)) == filled, case
    if price is not None:
        assert exchange.price_of(filled[0]) == price
        assert (exchange.book.live, exchange.book.held("AAPL")) == ({}, 0.0)


def test_an_oco_is_its_own_target_with_a_stop_beside_it() -> None:
    exchange = held_with("oco")
    live = {name: (one.order.intent.order_type, one.parent) for name, one in exchange.book.live.items()}
    assert live == {"e-protect-1": (OrderType.LIMIT, None), "e-protect-1-stop": (OrderType.STOP, "e-protect-1")}


@pytest.mark.parametrize("name", ["e-protect-1", "e-protect-1-stop"])
def test_cancelling_one_exit_of_an_oco_cancels_both(name: str) -> None:
    exchange = held_with("oco")
    exchange.cancel(name)
    assert {one: exchange.state(one) for one in ("e-protect-1", "e-protect-1-stop")} == {
        "e-protect-1": "cancelled", "e-protect-1-stop": "cancelled",
    }  # fmt: skip


def test_a_leg_of_a_bracket_can_be_cancelled_alone() -> None:
    exchange = Exchange()
    exchange.submit(market("e", "BUY", 10.0, target=110.0, stop=90.0))
    exchange.cancel("e-stop")
    assert list(exchange.book.live) == ["e-target"]


@pytest.mark.parametrize("intent", [oco("x", "SELL", 1.0, 110.0, 90.0), msgspec.structs.replace(
    resting("x", "SELL", 1.0, OrderType.STOP, 90.0), reduce_only=True)])  # fmt: skip
def test_an_exit_of_nothing_is_rejected(intent: object) -> None:
    exchange = Exchange()
    order = exchange.submit(intent)  # type: ignore[arg-type]
    assert (order.state, order.reason) == (OrderState.REJECTED, "nothing is held that it could close")


def test_an_entry_with_one_exit_has_one_leg() -> None:
    exchange = Exchange()
    exchange.submit(market("e", "BUY", 10.0, stop=90.0))
    assert list(exchange.book.live) == ["e-stop"]


@pytest.mark.parametrize(
    ("case", "bars", "price"),
    [
        ("not reached", [bar(1, 96.0, 101.0, 98.0, 100.0)], None),
        ("reached within the bar: at the stop", [bar(1, 94.5, 101.0, 98.0, 100.0)], 95.0),
        ("a gap between stop and limit: at the open", [bar(1, 90.0, 99.0, 98.0, 94.5)], 94.5),
        ("a gap beyond the limit: where the bar comes back", [bar(1, 90.0, 96.0, 95.0, 92.0)], 94.0),
        ("a gap beyond the limit that does not come back", [bar(1, 90.0, 93.5, 93.0, 92.0)], None),
        ("later: as the limit order that it has become",
         [bar(1, 90.0, 93.5, 93.0, 92.0), bar(2, 92.0, 94.2, 93.0, 93.0)], 94.0),
        ("later: at an open above its limit", [bar(1, 90.0, 93.5, 93.0, 92.0), bar(2, 96.0, 99.0, 97.0, 97.0)], 97.0),
    ],
)  # fmt: skip
def test_a_stop_limit_order_never_sells_below_its_limit(case: str, bars: list[object], price: float | None) -> None:
    exchange = Exchange()
    exchange.submit(market("e", "BUY", 10.0))
    exchange.submit(stop_limit("s", "SELL", 10.0, stop=95.0, limit=94.0))
    for one in bars:
        exchange.mark(one)  # type: ignore[arg-type]
    order = exchange.order("s")
    assert (order.fills[0].price if order.fills else None) == price, case


def test_a_stop_limit_order_that_slips_stops_at_its_limit() -> None:
    exchange = Exchange(DEAR)
    exchange.submit(market("e", "BUY", 10.0))
    exchange.submit(stop_limit("s", "SELL", 10.0, stop=95.0, limit=94.5))
    exchange.mark(bar(1, 94.0, 101.0, 98.0, 100.0))
    assert exchange.price_of("s") == 94.5  # 95 less 1 % were 94.05


@pytest.mark.parametrize(
    ("case", "kind", "level", "low", "high", "close", "filled"),
    [
        ("on through the limit down to the stop", OrderType.LIMIT, 95.0, 89.0, 101.0, 96.0, ["e", "e-stop"]),
        ("the high was before the limit", OrderType.LIMIT, 95.0, 94.0, 111.0, 96.0, ["e"]),
        ("the close is beyond the target", OrderType.LIMIT, 95.0, 94.0, 111.0, 110.5, ["e", "e-target"]),
        ("up through the stop order to the target", OrderType.STOP, 105.0, 99.0, 111.0, 106.0, ["e", "e-target"]),
        ("the low was before the stop order", OrderType.STOP, 105.0, 89.0, 106.0, 105.5, ["e"]),
    ],
)
def test_legs_meet_what_certainly_came_after_their_entry(
    case: str, kind: OrderType, level: float, low: float, high: float, close: float, filled: list[str]
) -> None:
    exchange = Exchange()
    entry = resting("e", "BUY", 10.0, kind, level)
    exchange.submit(msgspec.structs.replace(entry, take_profit_price=110.0, stop_loss_price=90.0))
    assert exchange.mark(bar(1, low, high, close, 100.0)) == filled, case


def test_a_resting_entry_that_cannot_be_paid_any_more_is_called_off() -> None:
    exchange = Exchange()
    exchange.submit(resting("l", "BUY", 60.0, OrderType.LIMIT, 90.0))
    exchange.submit(market("e", "BUY", 60.0))
    assert exchange.mark(bar(1, 89.0, 101.0, 95.0, 100.0)) == []
    assert (exchange.order("l").state, exchange.order("l").reason) == (
        OrderState.CANCELLED, "buying power is not enough",
    )  # fmt: skip


def test_an_entry_that_only_ends_the_other_side_leaves_no_legs() -> None:
    exchange = Exchange()
    exchange.submit(market("a", "SELL", 10.0))
    exchange.submit(market("b", "BUY", 10.0, target=110.0, stop=90.0))
    assert (exchange.book.live, exchange.order("b-stop").reason) == ({}, "the position is closed")
