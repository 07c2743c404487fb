"""What nobody explained: the difference between our sequence and the venue's positions, as orders of its own. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from argo_core.adapters.alpaca.holding_parse import VenuePosition
from argo_core.adapters.alpaca.naming import EXTERNAL
from argo_core.adapters.alpaca.observation import LARGEST_COIN_FEE, TOLERANCE
from argo_core.adapters.alpaca.observed_book import ADJUSTMENT, NOTHING, ObservedBook
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.order import Fill, Order, OrderIntent, OrderState
from argo_core.model.order_change import OrderChange

COIN_FEE = "fee taken in the coin"
UNEXPLAINED = "the venue's position differs from what our orders add up to"


def differences(book: ObservedBook, held: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """By symbol, what the venue holds beyond our sequence (signed); differences of a billionth are none."""
    found: dict[str, Decimal] = {}
    for symbol in sorted({*book.quantities, *held}):
        theirs, ours = held.get(symbol, NOTHING), book.quantities.get(symbol, NOTHING)
        if abs(theirs - ours) > TOLERANCE * max(abs(theirs), Decimal(1)):
            found[symbol] = theirs - ours
    return found


def adjustments(
    book: ObservedBook, found: Mapping[str, Decimal], positions: Mapping[str, VenuePosition], now: datetime
) -> tuple[OrderChange, ...]:
    """One filled order for each difference. A fee taken in the coin brings no money: it is worth its own fee."""
    return tuple(
        _adjustment(book, symbol, difference, positions.get(symbol), now) for symbol, difference in found.items()
    )


def _adjustment(
    book: ObservedBook, symbol: str, difference: Decimal, position: VenuePosition | None, now: datetime
) -> OrderChange:
    ours = book.quantities.get(symbol, NOTHING)
    coins = asset_type_of(symbol) is AssetType.CRYPTO and NOTHING < -difference <= ours * LARGEST_COIN_FEE
    price = _price(book, symbol, position)
    quantity = abs(difference)
    name = f"{ADJUSTMENT}{symbol}-{book.adjustments.get(symbol, 0) + 1}"
    fill = Fill(
        execution_id=name,
        quantity=float(quantity),
        price=price,
        fee=float(quantity) * price if coins else 0.0,
        filled_at=now,
    )
    intent = OrderIntent(
        client_order_id=name, signal_id=EXTERNAL, symbol=symbol, action="BUY" if difference > 0 else "SELL",
        quantity=float(quantity),
    )  # fmt: skip
    order = Order(
        order_id=f"venue-{name}", intent=intent, state=OrderState.FILLED, updated_at=now, fills=(fill,),
        reason=COIN_FEE if coins else UNEXPLAINED,
    )  # fmt: skip
    return OrderChange(order=order, fill=fill)


def _price(book: ObservedBook, symbol: str, position: VenuePosition | None) -> float:
    """What was adopted cost its average price; what went away went at the market, or at the last price we saw."""
    if position is None:
        return book.prices[symbol]
    grows = abs(position.quantity) > abs(book.quantities.get(symbol, NOTHING))
    return float(position.average_price if grows else position.market_price)
