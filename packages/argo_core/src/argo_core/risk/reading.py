"""An account as the watch sees it at one moment of the market."""

from __future__ import annotations

import math
from datetime import datetime

import msgspec

from argo_core.errors import DataError
from argo_core.model.instant import require_utc
from argo_core.model.position import AccountSnapshot, Position
from argo_core.risk.context import NO_CONTEXT, MarketContext


class AccountReading(msgspec.Struct, frozen=True, kw_only=True):
    """`market_time` aware; `equity` includes unrealised profit.

    Raises DataError `naive_time`, and `not_finite` for an amount, a quantity or a price that is no number.
    """

    market_time: datetime
    equity: float
    cash: float
    positions: tuple[Position, ...] = ()
    context: MarketContext = NO_CONTEXT

    def __post_init__(self) -> None:
        require_utc(self.market_time)
        held = [value for each in self.positions for value in (each.quantity, each.average_price, each.market_price)]
        if not all(map(math.isfinite, (self.equity, self.cash, *held))):
            raise DataError("not_finite", "an account's equity, cash or position is no number: read the account again")

    @property
    def balance(self) -> float:
        """Equity with every open position at its cost: what is realised."""
        return self.equity - sum([each.quantity * (each.market_price - each.average_price) for each in self.positions])


def account_reading(account: AccountSnapshot, market_time: datetime, context: MarketContext) -> AccountReading:
    """The reading of a snapshot. Raises as `AccountReading`."""
    return AccountReading(
        market_time=market_time,
        equity=account.equity,
        cash=account.cash,
        positions=account.positions,
        context=context,
    )
