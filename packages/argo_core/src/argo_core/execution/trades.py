"""From entries and closures to finished trades."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.execution.lots import QUANTITY_DECIMALS, Closure
from argo_core.model.trade import Trade

_DIGITS = 6


class TradeTerms(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who trades and on what kind of account: simulated, paper, live or prop."""

    executor_id: str
    mode: str


class OpenTrade(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was closed so far of a signal's position. `action` is that of its entry; worths and fees in quote
    currency."""

    action: str
    opened_at: datetime
    quantity: float = 0.0
    entry_worth: float = 0.0
    exit_worth: float = 0.0
    fees: float = 0.0

    def after(self, closure: Closure) -> OpenTrade:
        """With another part closed."""
        return msgspec.structs.replace(
            self,
            quantity=round(self.quantity + closure.quantity, QUANTITY_DECIMALS),
            entry_worth=self.entry_worth + closure.quantity * closure.entry_price,
            exit_worth=self.exit_worth + closure.quantity * closure.exit_price,
            fees=self.fees + closure.fees,
        )

    def finished(self, trade_id: str, signal_id: str, symbol: str, terms: TradeTerms, ended: Ended) -> Trade:
        """The trade, when nothing of the position is left."""
        side = 1.0 if self.action == "BUY" else -1.0
        gross = side * (self.exit_worth - self.entry_worth)
        return Trade(
            trade_id=trade_id,
            signal_id=signal_id,
            executor_id=terms.executor_id,
            mode=terms.mode,
            symbol=symbol,
            action=self.action,
            quantity=self.quantity,
            entry_price=self.entry_worth / self.quantity,
            exit_price=self.exit_worth / self.quantity,
            fees=self.fees,
            gross_pct=round(100.0 * gross / self.entry_worth, _DIGITS),
            net_pct=round(100.0 * (gross - self.fees) / self.entry_worth, _DIGITS),
            exit=ended.by,
            opened_at=self.opened_at,
            closed_at=ended.at,
        )


class Ended(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What closed the last part of a position, and when (the venue's time)."""

    by: str
    at: datetime
