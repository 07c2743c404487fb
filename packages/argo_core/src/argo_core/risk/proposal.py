"""What the layers judge: a signal, the account it would trade on, and the change of position it asks for."""

from __future__ import annotations

import msgspec

from argo_core.model.position import AccountSnapshot
from argo_core.model.signal import Signal


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator says of this executor. `halted` is the reason of a halt, None while it may trade.

    `simulated_only`: refuse every account that is not a simulated one.
    """

    auto_execute: bool
    halted: str | None = None
    simulated_only: bool = True


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Quantities in units of the asset. `held` is signed; `closing` ≥ 0 of it would be closed and `opening` ≥ 0 opened
    on the signal's side. `price` > 0 is the newest known, in quote currency; `age_seconds` those of the signal."""

    signal: Signal
    account: AccountSnapshot
    standing: Standing
    price: float
    age_seconds: float
    held: float
    closing: float
    opening: float

    @property
    def resulting(self) -> float:
        """The size of the position afterwards, unsigned."""
        return abs(self.held) - self.closing + self.opening

    @property
    def resulting_pct(self) -> float | None:
        """The position's worth afterwards in percent of equity; None for an account without equity."""
        equity = self.account.equity
        return 100.0 * self.resulting * self.price / equity if equity > 0 else None
