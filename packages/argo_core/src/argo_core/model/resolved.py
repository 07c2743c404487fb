"""A signal whose outcome is known, and a trade with what it risked: what the lab learns from."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.signal import Signal
from argo_core.model.trade import Trade


class ResolvedSignal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`won`: target reached, or expired with a gain before costs, as win rates count. `resolved_at` is market time, of
    an imported signal without it the time of its record: from then on it may be learned from."""

    signal: Signal
    won: bool
    profit_loss_pct: float | None
    resolved_at: datetime


class RiskedTrade(msgspec.Struct, frozen=True, kw_only=True):
    """`risk_pct` > 0 is the distance from the signal's entry to its stop in percent; None where it had no stop."""

    trade: Trade
    risk_pct: float | None

    @property
    def multiple(self) -> float | None:
        """What the trade brought after fees, in multiples of its risk (R); None where the risk is unknown."""
        return None if self.risk_pct is None else self.trade.net_pct / self.risk_pct
