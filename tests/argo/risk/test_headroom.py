"""The worst case before an order: every stop hit, what rests filled, each exit paid for, against the nearest floor."""

from __future__ import annotations

import math
from datetime import timedelta

import msgspec
import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.model.order import Order, OrderIntent, OrderState, OrderType
from argo_core.model.position import AccountSnapshot, Position
from argo_core.model.verdict import Allowed, Denied
from argo_core.risk import FlattenCost, MaxLoss, Watched, WatchRules, advance, begin, live_stops, open_risk
from argo_core.risk.headroom import Headroom
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.risk.proposals import (
    NOON,
    account,
    entry_order,
    holding,
    proposal,
    reading,
    signal,
    stop_order,
    watched,
)

FREE = FlattenCost(spread_pct=0.0, slippage_pct=0.0, fee_pct=0.0, adverse_pct=0.0)
DEAR = FlattenCost(spread_pct=0.2, slippage_pct=0.1, fee_pct=0.1)  # 0.3 % an exit
LONG = signal(entry_price=100.0, stop_price=98.5)


def at_floor(floor: float, cost: FlattenCost = FREE) -> Watched:
    """An account of 100,000 above this floor."""
    pct = 100.0 * (100_000.0 - floor) / 100_000.0
    return watched(rules=WatchRules(daily_loss=None, max_loss=MaxLoss(pct=pct), flatten=True, cost=cost))


def test_an_order_whose_stop_would_cross_the_floor_is_refused() -> None:
    """Ten shares lose fifteen dollars to their stop."""
    verdict = Headroom().check(proposal(signal=LONG, watched=at_floor(99_985.0)))
    assert verdict == Denied(layer="headroom", code="no_headroom", measured=99_985.0, limit=99_985.0)
    assert isinstance(Headroom().check(proposal(signal=LONG, watched=at_floor(99_984.0))), Allowed)


def test_the_exits_are_paid_for() -> None:
    """Fifteen to the stop, three for getting in, three for getting out."""
    verdict = Headroom().check(proposal(signal=LONG, watched=at_floor(99_000.0, DEAR)))
    assert verdict.measured == pytest.approx(99_979.0)


def test_a_short_loses_upwards() -> None:
    short = signal(action="SELL", entry_price=100.0, stop_price=101.5)
    assert Headroom().check(proposal(signal=short, watched=at_floor(99_000.0))).measured == pytest.approx(99_985.0)


def test_an_order_without_a_stop_risks_all_it_is_worth() -> None:
    bare = signal(entry_price=100.0, stop_price=None)
    assert Headroom().check(proposal(signal=bare, watched=at_floor(99_000.0))).measured == 99_000.0


def test_what_is_open_counts_with_its_stop() -> None:
    held = account(positions=(holding("TSLA", 100.0),), open_orders=(stop_order("TSLA", 100.0, 97.0),))
    verdict = Headroom().check(proposal(signal=LONG, account=held, watched=at_floor(99_700.0)))
    assert verdict == Denied(layer="headroom", code="no_headroom", measured=99_685.0, limit=99_700.0)


def test_what_is_open_without_a_stop_counts_whole() -> None:
    held = account(positions=(holding("TSLA", 100.0),))
    assert Headroom().check(proposal(signal=LONG, account=held, watched=at_floor(99_000.0))).measured == 89_985.0


def test_an_entry_that_rests_counts_as_filled_and_stopped_out() -> None:
    resting = account(open_orders=(entry_order("TSLA", 100.0, 100.0, 98.0),))
    assert Headroom().check(proposal(signal=LONG, account=resting, watched=at_floor(99_000.0))).measured == 99_785.0


def test_a_flip_does_not_count_the_position_that_it_closes() -> None:
    held = account(positions=(holding("AAPL", -50.0),))
    flip = proposal(signal=LONG, account=held, held=-50.0, closing=50.0, watched=at_floor(99_000.0))
    assert Headroom().check(flip).measured == 99_985.0


def test_what_only_closes_is_allowed_below_any_floor() -> None:
    held = account(positions=(holding("AAPL", -50.0),))
    closing = proposal(signal=LONG, account=held, held=-50.0, closing=50.0, opening=0.0, watched=at_floor(99_999.0))
    assert isinstance(Headroom().check(closing), Allowed)


def test_the_floor_of_after_the_coming_anchor_counts() -> None:
    """Today's floor is 95,000; a balance of 104,000 will make it 99,000 at midnight."""
    rules = load_pack("ftmo-2-step").watch(100_000.0)
    under = Position(symbol="TSLA", quantity=100.0, average_price=140.0, market_price=100.0)
    state = advance(begin(reading(), rules), reading(104_000.0, NOON - timedelta(hours=1)), rules).state
    now = advance(state, reading(100_000.0, NOON, under), rules)
    held = account(positions=(under,), open_orders=(stop_order("TSLA", 100.0, 90.0),))
    verdict = Headroom().check(proposal(signal=LONG, account=held, watched=now))
    assert isinstance(verdict, Denied)
    assert verdict.limit == 99_000.0


def test_equity_that_is_no_number_is_denied() -> None:
    broken = proposal(signal=LONG, account=account(equity=math.nan), watched=at_floor(90_000.0))
    assert isinstance(Headroom().check(broken), Denied)


def _cancelled(order: Order) -> Order:
    return msgspec.structs.replace(order, state=OrderState.CANCELLED)


def _oco(quantity: float, stop: float) -> Order:
    intent = OrderIntent(
        client_order_id="a-protect-1", signal_id="s", symbol="A", action="SELL", quantity=quantity,
        order_type=OrderType.LIMIT, take_profit_price=120.0, stop_loss_price=stop, reduce_only=True,
    )  # fmt: skip
    return Order(order_id="1", intent=intent, state=OrderState.ACCEPTED, updated_at=MOMENT)


def _leg(order: Order) -> Order:
    intent = msgspec.structs.replace(stop_order("A", 50.0, 95.0).intent, client_order_id="a-protect-1-stop")
    return msgspec.structs.replace(order, intent=intent)


STOPS: dict[str, tuple[float, tuple[Order, ...], float | None]] = {
    "one for all": (100.0, (stop_order("A", 100.0, 95.0),), 95.0),
    "one for more than all": (100.0, (stop_order("A", 150.0, 95.0),), 95.0),
    "two that together cover: the worse counts": (
        100.0, (stop_order("A", 50.0, 96.0), stop_order("A", 50.0, 94.0)), 94.0,
    ),
    "one for half": (100.0, (stop_order("A", 50.0, 95.0),), None),
    "none": (100.0, (), None),
    "another symbol's": (100.0, (stop_order("B", 100.0, 95.0),), None),
    "one of the wrong side": (100.0, (stop_order("A", 100.0, 95.0, "BUY"),), None),
    "a short's": (-100.0, (stop_order("A", 100.0, 105.0, "BUY"),), 105.0),
    "one that waits for its entry": (100.0, (stop_order("A", 100.0, 95.0, state=OrderState.HELD),), None),
    "one that is cancelled": (100.0, (_cancelled(stop_order("A", 100.0, 95.0)),), None),
    "one of which nothing is known": (100.0, (stop_order("A", 100.0, 95.0, state=OrderState.UNKNOWN),), None),
    "a pair of exits in one order": (100.0, (_oco(100.0, 95.0),), 95.0),
    "a pair shown leg by leg counts once": (100.0, (_oco(50.0, 95.0), _leg(_oco(50.0, 95.0))), None),
}  # fmt: skip


@pytest.mark.parametrize("case", STOPS)
def test_a_position_s_stop_is_what_covers_all_of_it(case: str) -> None:
    quantity, orders, expected = STOPS[case]
    held: AccountSnapshot = account(positions=(holding("A", quantity),), open_orders=orders)
    assert live_stops(held) == {"A": expected}


def test_the_open_risk_of_a_stop_already_passed_is_the_exit() -> None:
    held = account(positions=(holding("A", 100.0, 94.0),), open_orders=(stop_order("A", 100.0, 95.0),))
    assert open_risk(held, 0.5) == pytest.approx(47.0)


def test_an_entry_of_unknown_price_risks_everything() -> None:
    unpriced = entry_order("A", 1.0, 100.0, 90.0)
    intent = msgspec.structs.replace(unpriced.intent, decided_on=None)
    resting = account(open_orders=(msgspec.structs.replace(unpriced, intent=intent),))
    assert open_risk(resting, 0.0) == math.inf


def test_an_entry_that_rests_is_flattened_by_the_next_check_too() -> None:
    """Thirty for this order, three hundred for the one that may be filled until then."""
    quick = FlattenCost(spread_pct=0.0, slippage_pct=0.0, fee_pct=0.0, adverse_pct=3.0, adverse_sigmas=0.0)
    resting = account(open_orders=(entry_order("TSLA", 100.0, 100.0, 99.0),))
    verdict = Headroom().check(proposal(signal=LONG, account=resting, watched=at_floor(99_000.0, quick)))
    assert verdict.measured == 99_670.0


def test_an_order_that_the_next_check_would_flatten_is_refused() -> None:
    """A stop of fifteen dollars, and a reckoned move of 3 % until the next check: thirty."""
    quick = FlattenCost(spread_pct=0.0, slippage_pct=0.0, fee_pct=0.0, adverse_pct=3.0, adverse_sigmas=0.0)
    verdict = Headroom().check(proposal(signal=LONG, watched=at_floor(99_970.0, quick)))
    assert verdict == Denied(layer="headroom", code="no_headroom", measured=99_970.0, limit=99_970.0)
    assert isinstance(Headroom().check(proposal(signal=LONG, watched=at_floor(99_969.0, quick))), Allowed)
