"""How finely a protective price is given. Pure."""

from __future__ import annotations


def fine(price: float) -> float:
    """A price > 0 to a cent from one unit of quote currency on, below it to five significant digits: a coin that costs
    a thousandth of a cent has a stop and a limit too. The venue rounds to its own steps."""
    return round(price, 2) if price >= 1 else float(f"{price:.5g}")
