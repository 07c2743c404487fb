"""The simulated exchange over anything: its books are what its log says, and money neither appears nor goes."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import ExchangeBook
from argo_core.execution.exchange_policy import ExchangePolicy, TradingHalt
from argo_core.execution.lots import Lots, after_trade
from argo_core.execution.order_machine import ENDS, filled_quantity
from argo_core.model.direction import Direction
from argo_core.model.order import OrderIntent, OrderState, OrderType, Quote
from argo_core.model.order_change import OrderChange
from tests.argo.execution.exchange_rig import DAY, NOW, Exchange, bar

CASH = 10_000.0
COSTS = CostPolicy(slippage_pct=0.1, fee_pct=0.2, spread_pct=0.3)
SYMBOLS = ("AAPL", "TSLA", "BTC-USD")
prices = st.integers(60, 140).map(float)


@dataclass(frozen=True)
class Bars:
    """One bar of a symbol; the way within it and how much was traded."""

    symbol: str
    opened: float
    ends: tuple[float, float, float]
    volume: float


@st.composite
def intents(draw: st.DrawFn) -> OrderIntent:
    kind = draw(st.sampled_from(list(OrderType)))
    action = draw(st.sampled_from(["BUY", "SELL"]))
    side = 1.0 if action == "BUY" else -1.0
    reduces, target, stop = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    level = draw(prices)
    if reduces and target and stop:
        kind, side = OrderType.LIMIT, -side
    return OrderIntent(
        client_order_id="", signal_id=draw(st.sampled_from(["s1", "s2", "s3"])), symbol=draw(st.sampled_from(SYMBOLS)),
        action=action, quantity=draw(st.one_of(st.integers(1, 40).map(float), st.floats(0.1, 20.0))), order_type=kind,
        limit_price=level if kind in (OrderType.LIMIT, OrderType.STOP_LIMIT) else None,
        stop_price=level if kind in (OrderType.STOP, OrderType.STOP_LIMIT) else None,
        take_profit_price=100.0 + side * 12.0 if target else None,
        stop_loss_price=100.0 - side * 12.0 if stop else None,
        reduce_only=reduces, decided_on=draw(st.sampled_from([None, Quote(price=100.0, as_of=NOW)])),
    )  # fmt: skip


candles = st.builds(
    Bars, st.sampled_from(SYMBOLS), prices, st.tuples(prices, prices, prices), st.sampled_from([0.0, 7.0, 40.0, 900.0])
)
steps = st.lists(st.one_of(intents(), candles, st.integers(0, 30)), max_size=25)
policies = st.builds(
    ExchangePolicy,
    volume_pct=st.sampled_from([None, 10.0, 50.0]),
    halts=st.sampled_from([(), (TradingHalt(symbol="AAPL", begins=NOW + 3 * DAY, ends=NOW + 9 * DAY),)]),
    reject_pct=st.sampled_from([0.0, 20.0]),
    seed=st.integers(0, 3),
)


def walked(walk: list[OrderIntent | Bars | int], policy: ExchangePolicy) -> Exchange:
    """An exchange after these orders, bars and cancellations (of the order with that number)."""
    exchange = Exchange(COSTS, CASH, policy)
    names: list[str] = []
    for number, step in enumerate(walk):
        if isinstance(step, OrderIntent):
            names.append(f"o{number}")
            exchange.submit(msgspec.structs.replace(step, client_order_id=names[-1]))
        elif isinstance(step, Bars):
            low, high = min(step.opened, *step.ends), max(step.opened, *step.ends)
            exchange.mark(bar(number, low, high, step.ends[2], step.opened, step.symbol, step.volume))
        else:
            live = list(exchange.book.live)
            exchange.cancel(live[step % len(live)] if live else "nothing")
    return exchange


def realised_of(changes: list[OrderChange]) -> tuple[float, float]:
    """What closing has brought before fees, and all fees."""
    lots: dict[str, Lots] = {}
    realised = fees = 0.0
    for change in changes:
        intent, fill = change.order.intent, change.fill
        if fill is not None:
            side = int(Direction.of_action(intent.action))
            kept, closures = after_trade(
                lots.get(intent.symbol, ()), intent.signal_id, side * fill.quantity, fill.price, fill.fee
            )
            lots[intent.symbol] = kept
            realised += sum(-side * one.quantity * (one.exit_price - one.entry_price) for one in closures)
            fees += fill.fee
    return realised, fees


@given(walk=steps, policy=policies)
def test_replaying_the_log_gives_the_same_books(walk: list[OrderIntent | Bars | int], policy: ExchangePolicy) -> None:
    exchange = walked(walk, policy)
    stored = [msgspec.json.decode(msgspec.json.encode(change), type=OrderChange) for change in exchange.changes]
    replayed = ExchangeBook(cash=CASH).after(stored)
    book = exchange.book
    assert (replayed.cash, replayed.lots, replayed.placed) == (book.cash, book.lots, book.placed)
    assert list(replayed.live.items()) == list(book.live.items())


@given(walk=steps, policy=policies)
def test_cash_and_positions_are_the_starting_cash_and_what_was_realised_less_fees(
    walk: list[OrderIntent | Bars | int], policy: ExchangePolicy
) -> None:
    exchange = walked(walk, policy)
    realised, fees = realised_of(exchange.changes)
    at_cost = sum(lot.quantity * lot.price for lots in exchange.book.lots.values() for lot in lots)
    assert exchange.book.cash + at_cost == pytest.approx(CASH + realised - fees, abs=1e-6)


@given(walk=steps, policy=policies)
def test_the_same_steps_and_seed_make_the_same_log(
    walk: list[OrderIntent | Bars | int], policy: ExchangePolicy
) -> None:
    assert walked(walk, policy).changes == walked(walk, policy).changes


@given(walk=steps, policy=policies)
def test_no_order_is_filled_beyond_what_it_asks_for_after_its_end_or_while_it_waits(
    walk: list[OrderIntent | Bars | int], policy: ExchangePolicy
) -> None:
    known: dict[str, OrderChange] = {}
    for change in walked(walk, policy).changes:
        name = change.order.intent.client_order_id
        before = known.get(name)
        known[name] = change
        assert before is None or before.order.state not in ENDS, name
        assert filled_quantity(change.order.fills) <= change.order.intent.quantity + 1e-9, name
        if change.fill is not None:
            assert before is not None, name
            assert before.order.state is not OrderState.HELD, name
            assert change.order.fills[:-1] == before.order.fills, name


@given(walk=steps, policy=policies)
def test_what_only_reduces_never_opens_and_crypto_is_never_short(
    walk: list[OrderIntent | Bars | int], policy: ExchangePolicy
) -> None:
    book = ExchangeBook(cash=CASH)
    for change in walked(walk, policy).changes:
        symbol, before = change.order.intent.symbol, book.held(change.order.intent.symbol)
        book = book.after((change,))
        after = book.held(symbol)
        if change.fill is not None and change.order.intent.reduce_only:
            assert abs(after) < abs(before), change
            assert after * before >= 0, change
        assert not (symbol == "BTC-USD" and after < 0), change


@given(walk=steps, policy=policies)
def test_the_numbers_of_orders_are_dense_whatever_becomes_of_them(
    walk: list[OrderIntent | Bars | int], policy: ExchangePolicy
) -> None:
    numbers = {
        change.order.intent.client_order_id: change.order.order_id for change in walked(walk, policy).changes
    }  # fmt: skip
    assert list(dict.fromkeys(numbers.values())) == [f"SIM-{number}" for number in range(1, len(numbers) + 1)]
