"""What a profit backtest found: the account at each moment, each finished trade, each denial."""

from __future__ import annotations

from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.model.execution import SignalVerdicts
from argo_core.model.halt import Halt, Resume
from argo_core.model.instant import InstantArray
from argo_core.model.position import Position
from argo_core.model.trade import Trade


class FillRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One fill. `quantity` signed; `price`, `fee` and `slipped` in quote currency: what was paid beyond, or received
    below, the price of the moment (slippage and half the spread)."""

    symbol: str
    signal_id: str
    at: datetime
    quantity: float
    price: float
    fee: float
    slipped: float


class ProfitResult(msgspec.Struct, frozen=True, kw_only=True):
    """`instants` datetime64[us] (T,). Money in quote currency, float64 (T,), after all that happened at each moment:
    `equity`, `cash`, and `exposure`, the unsigned worth of all positions. `start_cash` is what the account began with.

    `trades` and `fills` oldest first; `verdicts` of each signal that reached the executor; `halts` with their ends;
    `positions` are those still open at the end, marked at the last close and not counted among the trades; `unplaced`
    intents that were allowed and never ordered, with the reason.
    """

    label: str
    start_cash: float
    instants: InstantArray
    equity: NDArray[np.float64]
    cash: NDArray[np.float64]
    exposure: NDArray[np.float64]
    trades: tuple[Trade, ...]
    fills: tuple[FillRecord, ...]
    verdicts: tuple[SignalVerdicts, ...]
    halts: tuple[Halt | Resume, ...]
    positions: tuple[Position, ...]
    unplaced: dict[str, str]

    @property
    def halts_called(self) -> int:
        """How often trading was halted."""
        return sum(isinstance(each, Halt) for each in self.halts)

    @property
    def halted_by(self) -> str | None:
        """The code of the halt that stands at the end; None where the account may trade."""
        ended = {each.halt_id for each in self.halts if isinstance(each, Resume)}
        standing = [each for each in self.halts if isinstance(each, Halt) and each.halt_id not in ended]
        return standing[-1].code.value if standing else None

    @property
    def final_equity(self) -> float:
        """Equity at the last moment."""
        return float(self.equity[-1])
