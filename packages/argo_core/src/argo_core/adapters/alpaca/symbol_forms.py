"""One symbol, three spellings: ours, the one that Alpaca's orders take, and the one that its positions bear."""

from __future__ import annotations

from argo_core.model.asset import AssetType, asset_type_of

CRYPTO_CLASS = "crypto"
# The longest first, so that BTCUSDT is not read as a coin named BTCUSDT's first letters against another dollar.
_QUOTES = ("USDT", "USDC", "USD", "BTC")


def to_alpaca(symbol: str) -> str:
    """`BTC-USD` as `BTC/USD`; shares as they are."""
    return symbol.replace("-", "/") if asset_type_of(symbol) is AssetType.CRYPTO else symbol


def position_path(symbol: str) -> str:
    """The form without a separator, for addresses: `BTCUSD`."""
    return to_alpaca(symbol).replace("/", "")


def from_alpaca(symbol: str, asset_class: str | None) -> str:
    """Our form of `BTC/USD` and of `BTCUSD`, which positions, older orders and the stream show for crypto."""
    if "/" in symbol:
        return symbol.replace("/", "-")
    if asset_class == CRYPTO_CLASS:
        quote = next((each for each in _QUOTES if symbol.endswith(each) and len(symbol) > len(each)), None)
        if quote is not None:
            return f"{symbol.removesuffix(quote)}-{quote}"
    return symbol
