"""Growth for each unit of the deepest fall."""

from __future__ import annotations


def calmar_ratio(annual_growth_pct: float, max_drawdown_pct: float) -> float:
    """NaN where there was no fall, or no growth is known. Source: Young 1991, over the whole period."""
    return annual_growth_pct / max_drawdown_pct if max_drawdown_pct > 0 else float("nan")
