"""What kind of thing a symbol names."""

from __future__ import annotations

import enum
import re

from argo_core.errors import DataError

_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9._:/^=-]{0,31}")


class AssetType(enum.StrEnum):
    """EQUITY trades in exchange sessions, CRYPTO around the clock."""

    EQUITY = "equity"
    CRYPTO = "crypto"


def asset_type_of(symbol: str) -> AssetType:
    """CRYPTO for symbols quoted against the dollar, such as `BTC-USD`; else EQUITY."""
    return AssetType.CRYPTO if symbol.endswith("-USD") else AssetType.EQUITY


def require_symbol(symbol: str) -> str:
    """The symbol itself. Raises DataError `bad_symbol` unless it is 1–32 of `A-Z 0-9 . _ : / ^ = -`."""
    if _SYMBOL.fullmatch(symbol) is None:
        raise DataError("bad_symbol", f"{symbol!r} is not a symbol: use upper case, for instance AAPL or BTC-USD")
    return symbol
