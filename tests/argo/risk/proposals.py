"""A proposal that every layer allows; tests change the one thing they are about."""

from __future__ import annotations

import msgspec

from argo_core.model.position import AccountSnapshot, Position
from argo_core.model.signal import Signal
from argo_core.risk import Proposal, Standing
from argo_core.testing.sample_cycles import MOMENT, sample_signal


def signal(**changes: object) -> Signal:
    """AAPL, BUY at 175.25, stop 172.75 (1.43 %), confidence 82.5, BULL."""
    return msgspec.structs.replace(sample_signal("s1").signal, **changes)


def account(**changes: object) -> AccountSnapshot:
    """A flat simulated account of 100,000."""
    flat = AccountSnapshot(
        account_number="SIM-1", simulated=True, equity=100_000.0, cash=100_000.0, buying_power=100_000.0,
        trading_blocked=False, taken_at=MOMENT, positions=(), open_orders=(),
    )  # fmt: skip
    return msgspec.structs.replace(flat, **changes)


def holding(symbol: str, quantity: float, price: float = 100.0) -> Position:
    """A position at its average price."""
    return Position(symbol=symbol, quantity=quantity, average_price=price, market_price=price)


def proposal(**changes: object) -> Proposal:
    """Ten shares at 100 dollars: one percent of equity."""
    allowed = Proposal(
        signal=signal(), account=account(), standing=Standing(auto_execute=True), price=100.0, age_seconds=0.5,
        held=0.0, closing=0.0, opening=10.0,
    )  # fmt: skip
    return msgspec.structs.replace(allowed, **changes)
