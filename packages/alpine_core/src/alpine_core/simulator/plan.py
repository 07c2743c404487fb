"""How somebody follows: later than the record, at a cost, with so much money."""

from __future__ import annotations

import math
from enum import StrEnum

import msgspec

LIMITS = {
    "delay_seconds": (0.0, 604_800.0),
    "slippage_pct": (0.0, 10.0),
    "fee_fixed": (0.0, 1e6),
    "fee_pct": (0.0, 10.0),
    "capital": (1.0, 1e12),
    "max_open": (1, 1000),
}
"""Smallest and largest value of each number, both allowed."""


class Sizing(StrEnum):
    """What `size` means: an amount of money, per cent of the equity, or per cent of it at risk to the stop."""

    FIXED = "fixed"
    EQUITY = "equity"
    RISK = "risk"


class FollowPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`delay_seconds` from the signal to the order. `slippage_pct`: how much worse a market order is filled.

    `fee_fixed` is paid once for each trade, `fee_pct` of the value of each order, so twice. `capital` and `fee_fixed`
    are in the currency of the prices, whatever it is. `size` is up to the capital's limit for `fixed`, else 0–100 per
    cent. Raises ValueError that names what is out of range, NaN and infinity included.
    """

    delay_seconds: float = 0.0
    slippage_pct: float = 0.0
    fee_fixed: float = 0.0
    fee_pct: float = 0.0
    capital: float = 10_000.0
    sizing: Sizing = Sizing.EQUITY
    size: float = 10.0
    max_open: int = 10

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            _require(name, getattr(self, name), least, most)
        _require("size", self.size, 0.0, LIMITS["capital"][1] if self.sizing is Sizing.FIXED else 100.0)
        if self.size == 0:
            raise ValueError("size: give more than 0")

    @property
    def is_published(self) -> bool:
        """Whether entries are those of the record itself: without delay."""
        return self.delay_seconds == 0

    def published(self) -> FollowPlan:
        """The same money in the record as it was published: at once, at its prices, without costs."""
        return msgspec.structs.replace(self, delay_seconds=0.0, slippage_pct=0.0, fee_fixed=0.0, fee_pct=0.0)


def _require(name: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise ValueError(f"{name}: give a number from {least:g} to {most:g}")
