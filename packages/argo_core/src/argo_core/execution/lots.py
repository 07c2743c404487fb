"""A position as the entries it is made of, so that every exit can be told by the signal whose entry it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

QUANTITY_DECIMALS = 9
Lots = tuple["Lot", ...]


class Lot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is left of one entry. `quantity` signed, never 0; `fee` ≥ 0 in quote currency, for what is left."""

    signal_id: str
    quantity: float
    price: float
    fee: float


class Closure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`quantity` > 0 of an entry, ended. `profit_loss_pct` is net of the fees of both sides, in percent of the entry's
    worth, positive for a gain; `fees` ≥ 0 those of both sides, in quote currency."""

    signal_id: str
    quantity: float
    entry_price: float
    exit_price: float
    profit_loss_pct: float
    fees: float


def held(lots: Sequence[Lot]) -> float:
    """The signed quantity of the position."""
    return round(sum([lot.quantity for lot in lots]), QUANTITY_DECIMALS)


def average_price(lots: Lots) -> float:
    """The mean entry price, weighted by quantity. Needs at least one lot."""
    sizes = [abs(lot.quantity) for lot in lots]
    return sum([size * lot.price for size, lot in zip(sizes, lots, strict=True)]) / sum(sizes)


def after_trade(
    lots: Lots, signal_id: str, quantity: float, price: float, fee: float
) -> tuple[Lots, tuple[Closure, ...]]:
    """The lots after a trade of signed `quantity`, and what it closed.

    Opposite lots are closed first, those of `signal_id` before the others, the oldest first; the rest is a new lot.
    """
    kept: list[Lot] = []
    closures: list[Closure] = []
    left, fee_per_unit = quantity, fee / abs(quantity)
    closable = {id(lot): 0.0 for lot in lots}
    for lot in _in_order_of_closing(lots, signal_id):
        if left * lot.quantity < 0:
            taken = min(abs(left), abs(lot.quantity))
            closures.append(_closure(lot, taken, price, fee_per_unit))
            closable[id(lot)] = taken
            left = round(left + (taken if left < 0 else -taken), QUANTITY_DECIMALS)
    kept.extend(rest for lot in lots if (rest := _reduced(lot, closable[id(lot)])) is not None)
    if left != 0:
        kept.append(Lot(signal_id=signal_id, quantity=left, price=price, fee=fee_per_unit * abs(left)))
    return tuple(kept), tuple(closures)


def _in_order_of_closing(lots: Lots, signal_id: str) -> Iterable[Lot]:
    return sorted(lots, key=lambda lot: lot.signal_id != signal_id)


def _reduced(lot: Lot, taken: float) -> Lot | None:
    if taken == 0:
        return lot
    size = abs(lot.quantity)
    rest = round(size - taken, QUANTITY_DECIMALS)
    if rest <= 0:
        return None
    return msgspec.structs.replace(lot, quantity=rest if lot.quantity > 0 else -rest, fee=lot.fee * rest / size)


def _closure(lot: Lot, taken: float, price: float, exit_fee_per_unit: float) -> Closure:
    side = 1.0 if lot.quantity > 0 else -1.0
    fees_per_unit = exit_fee_per_unit + lot.fee / abs(lot.quantity)
    gain_per_unit = side * (price - lot.price) - fees_per_unit
    return Closure(
        signal_id=lot.signal_id,
        quantity=taken,
        entry_price=lot.price,
        exit_price=price,
        profit_loss_pct=round(100.0 * gain_per_unit / lot.price, 6),
        fees=taken * fees_per_unit,
    )
