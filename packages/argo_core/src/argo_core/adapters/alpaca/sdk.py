"""What is taken from alpaca-py: its enums for requests, and its client for two reads.

It loads websockets' older interface at import, which announces its end with a warning. We use another one for the
stream, and the version in use is bounded: the warning says nothing to an operator.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from alpaca.common.exceptions import APIError
    from alpaca.trading.client import TradingClient
    from alpaca.trading.enums import OrderClass, OrderSide, OrderType, TimeInForce
    from alpaca.trading.models import Clock, TradeAccount

__all__ = [
    "APIError",
    "Clock",
    "OrderClass",
    "OrderSide",
    "OrderType",
    "TimeInForce",
    "TradeAccount",
    "TradingClient",
]
