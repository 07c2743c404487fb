"""What an account holds."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.order import Order


class Position(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`quantity` is signed: negative for a short. `average_price` > 0."""

    symbol: str
    quantity: float
    average_price: float
    market_price: float


class AccountSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One account at one time. Money in quote currency; `open_orders` include the legs of brackets.

    `open_markets`: the kinds of asset (`AssetType` values) that the venue trades at this moment; `shorting` says
    whether the venue lets this account sell shares that it does not hold.
    """

    account_number: str
    simulated: bool
    equity: float
    cash: float
    buying_power: float
    trading_blocked: bool
    taken_at: datetime
    positions: tuple[Position, ...]
    open_orders: tuple[Order, ...]
    open_markets: frozenset[str] = frozenset({"equity", "crypto"})
    shorting: bool = True
