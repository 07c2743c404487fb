"""Terms of a plain account: what it starts with, how much it buys, and what a trade costs."""

from __future__ import annotations

import math

import msgspec

from argo_core.errors import DataError


class PlainTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One account that holds nothing or `units` of one symbol, long only, without credit.

    `start_cash` > 0 in money, `units` > 0 bought at each entry, `fee_ratio` in [0, 1) of the notional of each side
    (0.001 is 0.1 %), `bars_per_year` > 0 for the annualised Sharpe ratio (252 for daily bars of a stock exchange).
    Raises DataError `bad_terms`.
    """

    start_cash: float = 100_000.0
    units: float = 10.0
    fee_ratio: float = 0.001
    bars_per_year: float = 252.0

    def __post_init__(self) -> None:
        for name in ("start_cash", "units", "bars_per_year"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise DataError("bad_terms", f"{name} is {value}: give a finite number above 0")
        if not 0 <= self.fee_ratio < 1:
            raise DataError("bad_terms", f"fee_ratio is {self.fee_ratio}: give a share from 0 to below 1")
