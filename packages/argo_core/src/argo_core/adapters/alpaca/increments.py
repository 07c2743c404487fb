"""How fine quantities and prices may be, and what an order is rounded to. Pure; decimals in, decimals out.

Rounding never makes an order worse than it was asked for: a quantity is rounded towards zero, a limit away from the
market, a stop towards it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from argo_core.errors import DataError

SHARE = Decimal(1)
FRACTION = Decimal("0.000000001")
CENT, HUNDREDTH_OF_CENT = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Tradable:
    """What an asset allows. `quantity_step` and `smallest` in units; `price_step` None means the rule for shares:
    a cent from one dollar, a hundredth of it below."""

    symbol: str
    tradable: bool
    shortable: bool
    fractionable: bool
    quantity_step: Decimal = FRACTION
    smallest: Decimal = Decimal(0)
    price_step: Decimal | None = None


def decimal_of(value: float) -> Decimal:
    """The shortest decimal that reads back as this number. Raises DataError `not_finite`."""
    if not math.isfinite(value):
        raise DataError("not_finite", "an order's numbers must be finite: check where this one comes from")
    return Decimal(repr(float(value)))


def rounded_quantity(value: Decimal, asset: Tradable, *, whole: bool) -> Decimal:
    """The quantity towards zero in the asset's steps, in whole units where only those are taken; 0 if too small."""
    step = SHARE if whole or not asset.fractionable else asset.quantity_step
    rounded = (value / step).to_integral_value(rounding=ROUND_FLOOR) * step
    return rounded if rounded >= max(asset.smallest, FRACTION) else Decimal(0)


def rounded_limit(value: float, side: int, asset: Tradable) -> Decimal:
    """A limit price: a buy's down, a sell's up. `side` is 1 or -1."""
    return _stepped(decimal_of(value), asset, ROUND_FLOOR if side > 0 else ROUND_CEILING)


def rounded_stop(value: float, side: int, asset: Tradable) -> Decimal:
    """A stop price: a buy's down, a sell's up, so that it is never reached later than asked for."""
    return _stepped(decimal_of(value), asset, ROUND_FLOOR if side > 0 else ROUND_CEILING)


def wire(value: Decimal) -> str:
    """A decimal as the venue takes it: digits, never an exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _stepped(value: Decimal, asset: Tradable, rounding: str) -> Decimal:
    step = asset.price_step or (CENT if value >= 1 else HUNDREDTH_OF_CENT)
    return (value / step).to_integral_value(rounding=rounding) * step
