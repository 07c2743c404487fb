"""A signal, an account and a price: every verdict, and the orders with ids that follow from who orders and why."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from argo_core.model.asset import asset_type_of
from argo_core.model.order import OrderIntent, OrderType, Quote
from argo_core.model.position import AccountSnapshot, Position
from argo_core.model.verdict import Denied
from argo_core.pipeline.execute import ExecutionDecision, ExecutionPolicy, decide_execution
from argo_core.risk import (
    NO_CONTEXT,
    AccountReading,
    RegularLimits,
    SizePolicy,
    Standing,
    Watched,
    advance,
    begin,
    regular_layers,
)
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from tests.argo.risk.proposals import context, walk

POLICY = ExecutionPolicy(
    executor_id="argo",
    layers=regular_layers(RegularLimits()),
    size=SizePolicy(base_pct=10.0, max_pct=16.0),
    standing=Standing(auto_execute=True),
)
QUOTE = Quote(price=200.0, as_of=MOMENT)


def day_at(equity: float) -> Watched:
    """A day that began at 100,000 and stands at this equity."""
    rules = RegularLimits().watch()
    morning = AccountReading(market_time=MOMENT, equity=100_000.0, cash=100_000.0)
    return advance(begin(morning, rules), msgspec.structs.replace(morning, equity=equity), rules)


CALM_DAY = day_at(100_000.0)


def account(*positions: Position) -> AccountSnapshot:
    return AccountSnapshot(
        account_number="SIM-1", simulated=True, equity=100_000.0, cash=100_000.0, buying_power=90_000.0,
        trading_blocked=False, taken_at=MOMENT, positions=positions, open_orders=(),
    )  # fmt: skip


def held(symbol: str, quantity: float) -> Position:
    return Position(symbol=symbol, quantity=quantity, average_price=200.0, market_price=200.0)


def decide(
    action: str, *positions: Position, symbol: str = "AAPL", policy: ExecutionPolicy = POLICY
) -> ExecutionDecision:
    signal = msgspec.structs.replace(sample_signal("SIG-1", symbol=symbol, action=action).signal, confidence=75.0)
    if action == "SELL":
        signal = msgspec.structs.replace(signal, stop_price=202.5, target_price=195.0)
    assert signal.asset_type == asset_type_of(symbol)
    return decide_execution(signal, account(*positions), QUOTE, policy, CALM_DAY, NO_CONTEXT, MOMENT)


def codes(decision: ExecutionDecision) -> list[str]:
    return [verdict.code for verdict in decision.verdicts if isinstance(verdict, Denied)]


def test_an_allowed_signal_is_one_market_order_with_its_bracket() -> None:
    assert decide("BUY").intents == (
        OrderIntent(
            client_order_id="argo-SIG-1", signal_id="SIG-1", symbol="AAPL", action="BUY", quantity=50.0,
            order_type=OrderType.MARKET, take_profit_price=180.25, stop_loss_price=172.75, decided_on=QUOTE,
        ),
    )  # fmt: skip


def test_the_same_signal_asks_for_the_same_order_again() -> None:
    assert decide("BUY") == decide("BUY")


def test_a_flip_closes_the_opposite_position_before_it_opens() -> None:
    closing, opening = decide("SELL", held("AAPL", 30.0)).intents
    assert (closing.client_order_id, closing.quantity, closing.reduce_only) == ("argo-SIG-1-close", 30.0, True)
    assert (closing.take_profit_price, closing.stop_loss_price) == (None, None)
    assert (opening.client_order_id, opening.quantity, opening.reduce_only) == ("argo-SIG-1", 50.0, False)


def test_a_crypto_sell_closes_the_long_and_opens_nothing() -> None:
    assert [intent.client_order_id for intent in decide("SELL", held("BTC-USD", 2.0), symbol="BTC-USD").intents] == [
        "argo-SIG-1-close"
    ]


def test_a_crypto_sell_while_flat_is_denied_and_nothing_is_ordered() -> None:
    decision = decide("SELL", symbol="BTC-USD")
    assert codes(decision) == ["short_not_available"]
    assert decision.intents == ()


def test_a_denial_shows_every_layer() -> None:
    decision = decide("BUY", held("AAPL", 400.0))
    assert [verdict.layer for verdict in decision.verdicts] == [
        "account_status", "confidence", "position_size", "correlation", "daily_loss", "drawdown", "buying_power",
        "signal_age", "stop_ahead", "shorting",
    ]  # fmt: skip
    assert codes(decision) == ["position_too_large"]
    assert not decision.allowed


def test_a_size_of_zero_is_a_denial() -> None:
    tiny = ExecutionPolicy("argo", POLICY.layers, SizePolicy(base_pct=0.1, max_pct=16.0), POLICY.standing)
    assert codes(decide("BUY", policy=tiny)) == ["zero_size"]


@pytest.mark.parametrize("action", ["BUY", "SELL"])
def test_a_strategy_without_layers_refuses(action: str) -> None:
    bare = ExecutionPolicy("argo", (), POLICY.size, POLICY.standing)
    decision = decide(action, policy=bare)
    assert (codes(decision), decision.intents) == (["no_layers"], ())


def test_what_was_delivered_after_an_outage_is_denied_whatever_else_holds() -> None:
    signal = msgspec.structs.replace(sample_signal("SIG-1").signal, confidence=90.0)
    late = decide_execution(signal, account(), QUOTE, POLICY, CALM_DAY, NO_CONTEXT, MOMENT + timedelta(seconds=301))
    assert (codes(late), late.intents) == (["stale_signal"], ())


def test_new_risk_is_halved_from_ninety_percent_of_a_limit() -> None:
    signal = msgspec.structs.replace(sample_signal("SIG-1").signal, confidence=75.0)
    (order,) = decide_execution(signal, account(), QUOTE, POLICY, day_at(95_400.0), NO_CONTEXT, MOMENT).intents
    assert order.quantity == 25.0


def test_beyond_the_day_s_limit_nothing_is_ordered() -> None:
    signal = msgspec.structs.replace(sample_signal("SIG-1").signal, confidence=75.0)
    decision = decide_execution(signal, account(), QUOTE, POLICY, day_at(95_000.0), NO_CONTEXT, MOMENT)
    assert (codes(decision), decision.intents) == (["daily_loss_limit"], ())


def test_where_nothing_can_be_sold_short_a_sell_ends_with_the_long_it_closes() -> None:
    signal = msgspec.structs.replace(sample_signal("SIG-1", action="SELL").signal, confidence=75.0)
    cannot = msgspec.structs.replace(account(held("AAPL", 30.0)), shorting=False)
    decision = decide_execution(signal, cannot, QUOTE, POLICY, CALM_DAY, NO_CONTEXT, MOMENT)
    assert [intent.client_order_id for intent in decision.intents] == ["argo-SIG-1-close"]


def test_fractions_of_a_share_are_bought_and_never_sold_short() -> None:
    fractional = SizePolicy(base_pct=10.1, max_pct=16.0, fractional_shares=True)
    policy = ExecutionPolicy("argo", POLICY.layers, fractional, POLICY.standing)
    assert [decide(action, policy=policy).intents[0].quantity for action in ("BUY", "SELL")] == [50.5, 50.0]


def test_a_wild_symbol_is_traded_smaller() -> None:
    closes = {"AAPL": walk(1, noise=3.0), "MSFT": walk(1)}
    signal = msgspec.structs.replace(sample_signal("SIG-1").signal, confidence=75.0)
    (order,) = decide_execution(signal, account(), QUOTE, POLICY, CALM_DAY, context(closes), MOMENT).intents
    assert order.quantity == 33.0  # two thirds: three times as wild as the other, twice the mean
