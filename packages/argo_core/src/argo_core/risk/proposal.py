"""What the layers judge: a signal, the account it would trade on, and the change of position it asks for."""

from __future__ import annotations

import msgspec

from argo_core.model.position import AccountSnapshot
from argo_core.model.signal import Signal
from argo_core.risk.context import MarketContext
from argo_core.risk.open_risk import pending_quantities
from argo_core.risk.watched import Watched

SIMULATED, PAPER, LIVE, PROP = MODES = ("simulated", "paper", "live", "prop")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator says of this executor. `halted` is the reason of a halt, None while it may trade.

    `mode` is simulated, paper, live or prop: what kind of account the orders are meant for. `reconciled`: the last
    comparison with the venue agreed.
    """

    auto_execute: bool
    halted: str | None = None
    mode: str = SIMULATED
    reconciled: bool = True


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Quantities in units of the asset. `held` is signed; `closing` ≥ 0 of it would be closed and `opening` ≥ 0 opened
    on the signal's side. `price` > 0 is the newest known, in quote currency; `age_seconds` those of the signal.
    `watched` is the account's standing against its limits, `context` the market's."""

    signal: Signal
    account: AccountSnapshot
    standing: Standing
    price: float
    age_seconds: float
    held: float
    closing: float
    opening: float
    watched: Watched
    context: MarketContext

    @property
    def resulting(self) -> float:
        """The size of the position afterwards, unsigned; entries that still rest are counted as filled."""
        waiting = pending_quantities(self.account).get(self.signal.symbol, 0.0)
        return abs(self.held) - self.closing + self.opening + abs(waiting)

    @property
    def resulting_pct(self) -> float | None:
        """The position's worth afterwards in percent of equity; None for an account without equity."""
        equity = self.account.equity
        return 100.0 * self.resulting * self.price / equity if equity > 0 else None

    @property
    def other_sides(self) -> dict[str, int]:
        """Every other symbol that is held or may yet be, with the sign of what would be held: 1, -1."""
        sides = sides_of(self.account)
        sides.pop(self.signal.symbol, None)
        return sides


def sides_of(account: AccountSnapshot) -> dict[str, int]:
    """Every symbol that is held or may yet be, with the sign of what would be held."""
    units = {each.symbol: each.quantity for each in account.positions}
    for symbol, waiting in pending_quantities(account).items():
        units[symbol] = units.get(symbol, 0.0) or waiting
    return {symbol: 1 if quantity > 0 else -1 for symbol, quantity in units.items() if quantity != 0}
