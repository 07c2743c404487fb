"""The simulated exchange's policy: partial fills, trading halts, refusals, the spread. By default none of it."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.errors import ConfigError, DataError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy, TradingHalt
from argo_core.model.order import OrderState, OrderType
from tests.argo.execution.exchange_rig import DAY, FREE, NOW, Exchange, bar, market, oco, resting

TENTH = ExchangePolicy(volume_pct=10.0)
CLOSED = ExchangePolicy(halts=(TradingHalt(symbol="AAPL", begins=NOW, ends=NOW + 2 * DAY),))


def thin(*, day: int = 0, volume: float = 40.0, price: float = 100.0) -> Exchange:
    """An exchange that fills a tenth of a volume, last seen at 100 with 40 shares traded."""
    exchange = Exchange(policy=TENTH)
    exchange.mark(bar(day, price, price, price, volume=volume))
    return exchange


def quantities(exchange: Exchange, name: str) -> list[float]:
    return [fill.quantity for fill in exchange.order(name).fills]


def test_an_order_takes_at_most_its_share_of_each_bar() -> None:
    exchange = thin()
    assert exchange.submit(market("a", "BUY", 10.0)).state is OrderState.PARTIALLY_FILLED
    exchange.mark(bar(1, 99.0, 101.0, 100.0, volume=50.0), bar(2, 99.0, 101.0, 100.0, volume=500.0))
    assert (quantities(exchange, "a"), exchange.state("a")) == ([4.0, 5.0, 1.0], "filled")
    assert [fill.execution_id for fill in exchange.order("a").fills] == ["a-fill", "a-fill-2", "a-fill-3"]


def test_whole_units_are_filled_whole_and_parts_in_parts() -> None:
    exchange = thin(volume=39.0)
    exchange.submit(market("a", "BUY", 10.0))
    exchange.submit(market("b", "BUY", 9.5))
    assert (quantities(exchange, "a"), quantities(exchange, "b")) == ([3.0], [3.9])


def test_without_any_volume_an_order_waits() -> None:
    exchange = Exchange(policy=TENTH)
    assert exchange.submit(market("a", "BUY", 10.0)).state is OrderState.ACCEPTED
    assert exchange.mark(bar(1, 99.0, 101.0, 100.0, volume=0.0)) == []
    assert exchange.mark(bar(2, 97.0, 101.0, 100.0, 98.0, volume=1_000.0)) == ["a"]
    assert exchange.price_of("a") == 98.0


def test_legs_wait_until_their_entry_is_filled_whole() -> None:
    exchange = thin()
    exchange.submit(market("a", "BUY", 6.0, target=110.0, stop=95.0))
    assert (exchange.state("a-stop"), exchange.state("a-target")) == ("held", "held")
    exchange.mark(bar(1, 94.0, 111.0, 100.0, volume=10.0))  # one more: the stop's price protects nothing yet
    assert (quantities(exchange, "a"), exchange.state("a-stop")) == ([4.0, 1.0], "held")
    exchange.mark(bar(2, 99.0, 101.0, 100.0, volume=10.0))
    assert (exchange.state("a"), exchange.state("a-stop"), exchange.state("a-target")) == (
        "filled", "accepted", "accepted",
    )  # fmt: skip
    assert exchange.mark(bar(3, 94.0, 100.0, 96.0, volume=1_000.0)) == ["a-stop"]
    assert (exchange.book.held("AAPL"), exchange.book.live) == (0.0, {})


def test_an_entry_that_is_called_off_takes_its_waiting_legs_along() -> None:
    exchange = thin()
    exchange.submit(market("a", "BUY", 6.0, target=110.0, stop=95.0))
    exchange.cancel("a")
    assert (exchange.book.live, exchange.book.held("AAPL")) == ({}, 4.0)
    assert exchange.order("a-stop").reason == "its entry was cancelled"
    assert exchange.submit(oco("a-protect-1", "SELL", 4.0, 110.0, 95.0)).state is OrderState.ACCEPTED


def test_a_waiting_leg_that_was_called_off_does_not_come_back_when_its_entry_is_filled_whole() -> None:
    exchange = thin()
    exchange.submit(market("a", "BUY", 5.0, stop=95.0))
    exchange.cancel("a-stop")
    exchange.mark(bar(1, 99.0, 101.0, 100.0, volume=10.0))
    assert (exchange.state("a"), exchange.state("a-stop"), exchange.book.placed) == ("filled", "cancelled", 2)


def test_what_one_exit_has_filled_the_other_cannot_fill_again() -> None:
    exchange = Exchange(policy=TENTH)
    exchange.mark(bar(0, 100.0, 100.0, 100.0, volume=1_000.0))
    exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    exchange.submit(market("b", "BUY", 10.0))
    exchange.mark(bar(1, 99.0, 111.0, 100.0, volume=40.0))
    assert (exchange.state("a-target"), exchange.order("a-stop").intent.quantity) == ("partially_filled", 6.0)
    exchange.mark(bar(2, 94.0, 99.0, 96.0, volume=1_000.0))
    assert (quantities(exchange, "a-stop"), exchange.book.held("AAPL")) == ([6.0], 10.0)
    assert exchange.state("a-target") == "cancelled"


def test_a_stop_that_fills_in_part_goes_on_wherever_the_price_goes() -> None:
    exchange = Exchange(policy=TENTH)
    exchange.mark(bar(0, 100.0, 100.0, 100.0, volume=1_000.0))
    exchange.submit(market("a", "BUY", 10.0, stop=95.0))
    exchange.mark(bar(1, 94.0, 99.0, 98.0, volume=40.0), bar(2, 98.0, 99.0, 98.5, volume=1_000.0))
    assert [(fill.quantity, fill.price) for fill in exchange.order("a-stop").fills] == [(4.0, 95.0), (6.0, 98.5)]


def test_a_stop_that_is_reached_without_volume_sells_at_the_next_open() -> None:
    exchange = Exchange(policy=TENTH)
    exchange.mark(bar(0, 100.0, 100.0, 100.0, volume=1_000.0))
    exchange.submit(market("a", "BUY", 10.0, stop=95.0))
    assert exchange.mark(bar(1, 94.0, 99.0, 98.0, volume=0.0)) == []
    assert (exchange.state("a-stop"), exchange.order("a-stop").reason) == ("accepted", "its stop price was reached")
    assert exchange.mark(bar(2, 98.0, 99.0, 98.5, volume=1_000.0)) == ["a-stop"]


def test_in_a_trading_halt_orders_are_taken_nothing_fills_and_prices_go_on() -> None:
    exchange = Exchange(policy=CLOSED)
    exchange.mark(bar(-1, 100.0, 100.0, 100.0))
    order = exchange.submit(market("a", "BUY", 10.0, target=110.0, stop=95.0))
    assert (order.state, order.fills) == (OrderState.ACCEPTED, ())
    assert exchange.mark(bar(1, 80.0, 120.0, 103.0)) == []
    assert exchange.book.marks["AAPL"].close == 103.0
    assert exchange.mark(bar(2, 101.0, 108.0, 104.0, 102.0)) == ["a"]
    assert exchange.price_of("a") == 102.0


def test_a_stop_in_a_halt_is_filled_at_the_open_after_it_however_far_below() -> None:
    exchange = Exchange(policy=CLOSED)
    early = msgspec.structs.replace(market("a", "BUY", 10.0, stop=95.0), decided_on=None)
    exchange.mark(bar(-1, 100.0, 100.0, 100.0))
    exchange.submit(early)
    assert exchange.mark(bar(0, 90.0, 96.0, 92.0), bar(1, 80.0, 85.0, 84.0)) == []
    assert exchange.mark(bar(2, 70.0, 75.0, 74.0, 72.0)) == ["a-stop"]
    assert exchange.price_of("a-stop") == 72.0


def test_a_halt_of_one_symbol_is_none_of_another() -> None:
    assert Exchange(policy=CLOSED).submit(market("a", "BUY", 1.0, symbol="TSLA")).state is OrderState.FILLED


def test_the_same_share_of_orders_is_refused_whenever_it_is_asked() -> None:
    policy, other = ExchangePolicy(reject_pct=10.0, seed=7), ExchangePolicy(reject_pct=10.0, seed=8)
    names = [f"argo-{number}" for number in range(2_000)]
    refused = [name for name in names if policy.refuses(name)]
    assert 150 < len(refused) < 250
    assert refused == [name for name in names if policy.refuses(name)]
    assert refused != [name for name in names if other.refuses(name)]


def test_a_refused_order_is_rejected_and_moves_nothing() -> None:
    exchange = Exchange(policy=ExchangePolicy(reject_pct=100.0))
    assert exchange.submit(market("a", "BUY", 1.0)).state is OrderState.REJECTED
    assert (exchange.book.cash, exchange.book.live) == (10_000.0, {})


def test_each_side_pays_half_the_spread() -> None:
    exchange = Exchange(CostPolicy(slippage_pct=0.0, fee_pct=0.0, spread_pct=2.0))
    exchange.submit(market("a", "BUY", 10.0))
    exchange.submit(market("b", "SELL", 10.0, reduce_only=True))
    assert [exchange.price_of("a"), exchange.price_of("b")] == pytest.approx([101.0, 99.0])


def test_a_limit_waits_until_the_other_side_of_the_spread_comes_to_it() -> None:
    exchange = Exchange(CostPolicy(slippage_pct=0.0, fee_pct=0.0, spread_pct=2.0))
    exchange.submit(resting("a", "BUY", 1.0, OrderType.LIMIT, 90.0))
    assert exchange.mark(bar(1, 89.5, 99.0, 95.0)) == []  # the offer was 90.395
    assert exchange.mark(bar(2, 89.0, 95.0, 94.0)) == ["a"]
    assert exchange.price_of("a") == 90.0


@pytest.mark.parametrize(
    "settings", [{"volume_pct": 0.0}, {"volume_pct": 101.0}, {"reject_pct": -1.0}, {"reject_pct": 100.5}]
)
def test_a_policy_that_makes_no_sense_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        ExchangePolicy(**settings)  # type: ignore[arg-type]


def test_a_halt_has_a_beginning_before_its_end_both_with_a_timezone() -> None:
    with pytest.raises(ConfigError, match="it ends after it begins"):
        TradingHalt(symbol="AAPL", begins=NOW, ends=NOW)
    with pytest.raises(DataError, match="timezone"):
        TradingHalt(symbol="AAPL", begins=NOW.replace(tzinfo=None), ends=NOW + DAY)


def test_the_default_is_as_kind_as_ever() -> None:
    kind = ExchangePolicy()
    assert (kind.share(0.0, 10.0), kind.refuses("a"), kind.halted("AAPL", NOW), FREE.spread_pct) == (
        10.0, False, False, 0.0,
    )  # fmt: skip
