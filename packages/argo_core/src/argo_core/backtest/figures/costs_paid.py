"""What trading cost."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argo_core.backtest.profit_result import FillRecord


class CostsPaid(msgspec.Struct, frozen=True, kw_only=True):
    """Quote currency, ≥ 0: fees, and what fills were worse than the price of their moment by slippage and spread."""

    fees: float
    slippage: float

    @property
    def total(self) -> float:
        """Both."""
        return self.fees + self.slippage


def costs_paid(fills: Sequence[FillRecord]) -> CostsPaid:
    """Of these fills."""
    return CostsPaid(fees=sum(fill.fee for fill in fills), slippage=sum(fill.slipped for fill in fills))
