"""The smallest price step that a signal is quoted in."""

from __future__ import annotations

from argo_core.model.asset import AssetType


def price_decimals(asset_type: AssetType, price: float) -> int:
    """Decimals of a quoted price. Equities: 2 from one dollar, else 4 (Regulation NMS rule 612). Crypto: 2 from 100
    dollars, 4 from one dollar, else 6, so that one step stays below a basis point of the price down to a cent."""
    if asset_type is AssetType.EQUITY:
        return 2 if price >= 1 else 4
    if price >= 100:
        return 2
    return 4 if price >= 1 else 6


def quantised(asset_type: AssetType, price: float) -> float:
    """The price rounded to its step."""
    return round(price, price_decimals(asset_type, price))
