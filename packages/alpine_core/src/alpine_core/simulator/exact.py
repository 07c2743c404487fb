"""Decimal arithmetic of 34 digits, and the roundings that results are told in."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal

EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)
"""IEEE 754 decimal128. Everything is reckoned in it; only what is told is rounded further."""

MONEY, PERCENT, PRICE, QUANTITY = Decimal("0.01"), Decimal("0.0001"), Decimal("0.00000001"), Decimal("0.00000001")
HUNDRED = Decimal(100)


def exact(value: float) -> Decimal:
    """The decimal that a float is written as, not the binary fraction behind it."""
    return Decimal(repr(float(value)))


def told(value: Decimal, unit: Decimal) -> float:
    """Rounded to `unit`, half to even; never minus zero."""
    return float(value.quantize(unit, rounding=ROUND_HALF_EVEN, context=Context(prec=60))) + 0.0


def whole_quantity(value: Decimal) -> Decimal:
    """Cut to eight decimals, as exchanges of fractions do: never more than can be paid."""
    return value.quantize(QUANTITY, rounding=ROUND_DOWN, context=Context(prec=60))
